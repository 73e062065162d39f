/** The output of a run that holds: numbered, timed events, the last of which says why there are no more. */
import {EXIT, Failure} from '../errors.ts'
import {nextTurn} from '../next-turn.ts'
import {shutdownSignal} from './signals.ts'

export interface Ending {
  reason:
    | 'complete'
    | 'count'
    | 'timeout'
    | 'signal'
    | 'stream-error'
    | 'command-failed'
    | 'out-of-room'
  exitCode: number
  error: Failure | null
}

/** The reader has left, or the disk is full: whatever is said now, nobody will read it. */
const isUnheard = (failure: Failure | undefined): boolean =>
  failure?.code === 'reader-left' || failure?.code === 'no-output'

/** All that was waited for has come. */
export const COUNTED: Ending = {reason: 'count', exitCode: EXIT.ok, error: null}

/** All that was asked for has been printed. */
export const COMPLETE: Ending = {reason: 'complete', exitCode: EXIT.ok, error: null}

/** Failures that say more of the end than that the session is over. */
const REASONS: Record<string, Ending['reason']> = {
  'command-failed': 'command-failed',
  banned: 'out-of-room',
  kicked: 'out-of-room',
  'members-only': 'out-of-room',
  'room-destroyed': 'out-of-room',
  'room-left': 'out-of-room',
  'room-shutdown': 'out-of-room',
  'room-unreachable': 'out-of-room',
}

/** One record: JSON for programs, and a line for people where they have use for it. */
export type WriteRecord = (record: object, line?: () => string) => Promise<void>

export class EventLog {
  readonly #write: WriteRecord
  #sequence = 0

  constructor(write: WriteRecord) {
    this.#write = write
  }

  /** Resolves with the record once it has left the process; rejects when nobody reads any more. */
  async add<E extends {event: string}>(
    event: E,
    line?: (event: E) => string,
  ): Promise<E & {seq: number; time: string}> {
    const {event: kind, ...rest} = event
    const common = {event: kind, seq: this.#sequence++, time: new Date().toISOString()}
    const record = {...common, ...rest} as unknown as E & {seq: number; time: string}
    await this.#write(record, line && (() => line(event)))
    // That nobody got it is heard of in the same turn. Then this was not told, and is not to count as handled.
    await nextTurn()
    if (isUnheard(shutdownSignal.reason)) throw shutdownSignal.reason
    return record
  }

  /** The last event; sets the exit status. */
  async end({error, exitCode, reason}: Ending, received: number): Promise<void> {
    process.exitCode = exitCode
    await this.add({event: 'end', reason, received, exitCode, error})
  }
}

/**
 * The clock and a signal are normal ends, unless something that was counted on did not come. Undefined where there is
 * nobody left to tell.
 */
export function endingOf(error: unknown, countedOn: boolean): Ending | undefined {
  if (!(error instanceof Failure)) throw error
  const {code, exitCode} = error
  if (isUnheard(error)) return undefined
  if (code === 'interrupted' || shutdownSignal.aborted)
    return {reason: 'signal', exitCode: (shutdownSignal.reason as Failure).exitCode, error: null}
  if (code === 'timeout')
    return {reason: 'timeout', exitCode: countedOn ? EXIT.deadline : EXIT.ok, error: null}
  return {reason: REASONS[code] ?? 'stream-error', exitCode, error}
}
