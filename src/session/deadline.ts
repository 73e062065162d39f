/** One clock for the whole run: whatever waits, waits on its signal. */

import {formatDuration} from '../duration.ts'
import {EXIT, Failure, type Stage} from '../errors.ts'

export interface Deadline {
  /** Ends this attempt. */
  readonly signal: AbortSignal
  /** Ends the run, and with it all attempts that might follow. */
  readonly over: AbortSignal
  /** The session stands: from here on only the limit of the whole run counts. */
  connected(): void
  clear(): void
}

export interface Limits {
  connect: number
  whole: number | undefined
  /** Ends the run before its time, with a `Failure` as its reason. */
  interrupt: AbortSignal | undefined
}

/** `stage` tells how far the run has come when the clock strikes. */
export function startDeadline({connect, interrupt, whole}: Limits, stage: () => Stage): Deadline {
  const attempt = new AbortController()
  const run = new AbortController()
  let standing = false
  const end = (reason: unknown): void => {
    run.abort(reason)
    attempt.abort(reason)
  }
  const strike = (limit: number): Failure => timeout(limit, stage(), standing)
  const connecting = setTimeout(() => attempt.abort(strike(connect)), connect)
  const running = whole === undefined ? undefined : setTimeout(() => end(strike(whole)), whole)
  const interrupted = (): void => end(at(stage(), interrupt?.reason))
  if (interrupt?.aborted) interrupted()
  interrupt?.addEventListener('abort', interrupted)
  return {
    signal: attempt.signal,
    over: run.signal,
    connected() {
      standing = true
      clearTimeout(connecting)
    },
    clear() {
      clearTimeout(connecting)
      clearTimeout(running)
      interrupt?.removeEventListener('abort', interrupted)
    },
  }
}

/** A signal comes from outside, where nobody knows how far the run has come. */
function at(stage: Stage, reason: Failure): Failure {
  const {code, exitCode, message} = reason
  if (reason.stage !== 'config') return reason
  return new Failure(code, message, exitCode, {stage, cause: reason})
}

function timeout(limit: number, stage: Stage, standing: boolean): Failure {
  const span = formatDuration(limit)
  return standing
    ? new Failure('timeout', `No answer came within ${span}`, EXIT.deadline, {stage})
    : new Failure('timeout', `The session did not come up within ${span}`, EXIT.temporary, {
        stage,
        hint: 'The server may be slow, silent or unreachable; --verbose shows how far it came',
      })
}
