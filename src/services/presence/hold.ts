/** A run that holds until a time or a signal, and then still has something to say to the server. */

import {shutdownSignal} from '../../cli/signals.ts'
import {EXIT, Failure} from '../../errors.ts'

export interface HoldTimer {
  /**
   * For the session: until `wait` is called a signal ends it at once, as it does everywhere; once `wait` is over, so
   * does a connection that does not come back to say goodbye.
   */
  interrupt: AbortSignal
  /** Resolves when the time is over, a signal has come, or the session has to end anyway. */
  wait(session: AbortSignal): Promise<void>
}

// Long enough to come back from a short outage, and no reason to hold on for longer than was asked for.
const GOODBYE_MS = 5000

/** `span` in milliseconds; infinite where only a signal ends it. */
export function holdOpen(span: number): HoldTimer {
  const controller = new AbortController()
  let waiting = false
  const forward = (): void => {
    if (!waiting) controller.abort(shutdownSignal.reason)
  }
  if (shutdownSignal.aborted) forward()
  shutdownSignal.addEventListener('abort', forward)
  return {
    interrupt: controller.signal,
    async wait(session) {
      waiting = true
      await over(span, [shutdownSignal, session])
      setTimeout(() => controller.abort(gone()), GOODBYE_MS).unref()
      // A normal end, and told in the status all the same (contract: exit codes).
      if (shutdownSignal.aborted) process.exitCode = (shutdownSignal.reason as Failure).exitCode
    },
  }
}

const gone = (): Failure =>
  new Failure(
    'connection-lost',
    'The connection was lost, and could not be restored before the end of --hold',
    EXIT.temporary,
    {stage: 'close', hint: 'The server ends the session after a timeout of its own'},
  )

function over(span: number, signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const timer = Number.isFinite(span) ? setTimeout(resolve, span) : undefined
    const end = (): void => {
      clearTimeout(timer)
      resolve()
    }
    for (const signal of signals) {
      if (signal.aborted) end()
      signal.addEventListener('abort', end, {once: true})
    }
  })
}
