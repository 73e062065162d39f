/** One deadline for the whole run: every wait uses its abort signal. */
import {uptime} from '../clock.ts'
import {formatDuration} from '../duration.ts'
import {EXIT, Failure, SLOW_SERVER, type Stage} from '../errors.ts'

export interface Deadline {
  /** The current stage, for the failure when a limit is exceeded. */
  stage: Stage
  /** The addresses of the server, once they are known. */
  peer: string | undefined
  /** Ends this attempt. */
  readonly signal: AbortSignal
  /** Ends the run, including further attempts. */
  readonly runSignal: AbortSignal
  /** The session is open: from now on only the limit of the whole run applies. */
  connected(): void
  clear(): void
}

export interface Limits {
  connect: number
  /** Of all attempts, in milliseconds, and when it began, on the clock of `uptime()`. */
  whole: {timeout: number; began: number} | undefined
  /** Ends the run early, with a `Failure` as its reason. */
  interrupt: AbortSignal | undefined
}

export function startDeadline({connect, interrupt, whole}: Limits): Deadline {
  const attempt = new AbortController()
  const run = new AbortController()
  let isOpen = false
  const end = (reason: unknown): void => {
    run.abort(reason)
    attempt.abort(reason)
  }
  const limitFailure = (limit: number): Failure => timeout(limit, deadline, isOpen)
  const connecting = setTimeout(() => attempt.abort(limitFailure(connect)), connect)
  const running =
    whole &&
    setTimeout(
      () => end(limitFailure(whole.timeout)),
      Math.max(1, whole.began + whole.timeout - uptime()),
    )
  const interrupted = (): void => end(withStage(interrupt?.reason, deadline.stage))
  const deadline: Deadline = {
    stage: 'resolve',
    peer: undefined,
    signal: attempt.signal,
    runSignal: run.signal,
    connected() {
      isOpen = true
      clearTimeout(connecting)
    },
    clear() {
      clearTimeout(connecting)
      clearTimeout(running)
      interrupt?.removeEventListener('abort', interrupted)
    },
  }
  if (interrupt?.aborted) interrupted()
  interrupt?.addEventListener('abort', interrupted)
  return deadline
}

/** Adds the current stage to a failure from outside the session, such as a signal. */
function withStage(reason: Failure, stage: Stage): Failure {
  return reason.stage === 'config' ? reason.with({stage}) : reason
}

function timeout(limit: number, {peer, stage}: Deadline, isOpen: boolean): Failure {
  const span = formatDuration(limit)
  return isOpen
    ? new Failure('timeout', `No answer came within ${span}`, EXIT.deadline, {stage})
    : new Failure('timeout', `The session did not open within ${span}`, EXIT.temporary, {
        stage,
        hint: silence(stage, peer),
      })
}

function silence(stage: Stage, peer: string | undefined): string {
  if (peer === undefined || stage === 'resolve') return SLOW_SERVER
  return stage === 'connect'
    ? `No connection to ${peer}. A firewall may block the port, or the server may be down`
    : `Connected to ${peer}, which does not answer. Use --debug to see the last request`
}
