/** The output of a run that holds a session open: numbered events with their time; the last one has the reason of the end. */
import {formatDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'
import {nextTurn} from '../next-turn.ts'
import {tableOf} from '../table-of.ts'
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

/** The reader has closed stdout, or the disk is full: no further record can be written. */
const isOutputLost = (failure: Failure | undefined): boolean =>
  failure?.code === 'reader-left' || failure?.code === 'no-output'

/** The reasons of failures that have one of their own. The code may be a condition that the server chose. */
const REASONS = tableOf<Ending['reason']>({
  'command-failed': 'command-failed',
  banned: 'out-of-room',
  kicked: 'out-of-room',
  'members-only': 'out-of-room',
  'room-destroyed': 'out-of-room',
  'room-left': 'out-of-room',
  'room-shutdown': 'out-of-room',
  'room-unreachable': 'out-of-room',
})

/** Writes one record, as JSON or as its line of text; an empty line is not written. */
type WriteRecord = (record: object, line: () => string) => Promise<void>

export class EventLog {
  readonly #write: WriteRecord
  #sequence = 0
  /** The writes of the records that were added in this turn of the event loop. */
  #waiting: (() => Promise<void>)[] = []
  /** Settles when these have ended. */
  #written: Promise<void> | undefined

  constructor(write: WriteRecord) {
    this.#write = write
  }

  get isEmpty(): boolean {
    return this.#sequence === 0
  }

  /** Resolves with the record when it has been written. Rejects if stdout is closed. */
  async add<E extends {event: string}>(
    event: E,
    line: (event: E & {seq: number; time: string}) => string = () => '',
  ): Promise<E & {seq: number; time: string}> {
    const time = new Date().toISOString()
    const first = {event: event.event, seq: this.#sequence++, time} // the order of the keys
    const record = Object.assign(first, event)
    this.#waiting.push(() => this.#write(record, () => line(record)))
    this.#written ??= this.#writeWaiting()
    await this.#written
    return record
  }

  async #writeWaiting(): Promise<void> {
    await nextTurn()
    const writes = this.#waiting
    this.#waiting = []
    this.#written = undefined
    await Promise.all(writes.map((write) => write()))
    // The error of a write arrives in the same tick. Such records were not printed, so they must not count as handled.
    await nextTurn()
    if (isOutputLost(shutdownSignal.reason)) throw shutdownSignal.reason
  }

  /** The last event; sets the exit status. */
  async end({error, exitCode, reason}: Ending, received: number): Promise<void> {
    process.exitCode = exitCode
    await this.add({event: 'end', reason, received, exitCode, error})
  }
}

/**
 * A timeout and a signal are normal ends. A timeout is a failure if events are missing, which `describeTimeout` says.
 * Undefined if stdout is closed.
 */
export function endingOf(
  error: unknown,
  describeTimeout: () => string | undefined = () => undefined,
): Ending | undefined {
  if (!(error instanceof Failure)) throw error
  const {code, exitCode} = error
  if (isOutputLost(error)) return undefined
  if (code === 'interrupted' || shutdownSignal.aborted)
    return {reason: 'signal', exitCode: (shutdownSignal.reason as Failure).exitCode, error: null}
  if (code !== 'timeout') return {reason: REASONS.get(code) ?? 'stream-error', exitCode, error}
  const missing = describeTimeout()
  if (missing === undefined) return {reason: 'timeout', exitCode: EXIT.ok, error: null}
  const failure = new Failure('timeout', missing, EXIT.deadline, {stage: 'request'})
  return {reason: 'timeout', exitCode: EXIT.deadline, error: failure}
}

/** After a timeout of a run with --count. @param timeout in milliseconds */
export const missingEvents = (
  received: number,
  count: number | undefined,
  timeout = 0,
): string | undefined =>
  count === undefined
    ? undefined
    : `${received} of ${count} events arrived within ${formatDuration(timeout)}`
