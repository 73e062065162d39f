/** Keeps a session open until a time or a signal, and leaves time for a final stanza. */
import {shutdownSignal} from '../../cli/signals.ts'
import {EXIT, Failure} from '../../errors.ts'

export interface HoldTimer {
  /**
   * For the session: before `wait` is called, a signal ends it at once. After `wait`, a connection that is lost and
   * not resumed in time ends it.
   */
  interrupt: AbortSignal
  /** Resolves at the end of the time, after a signal, or when the session ends. */
  wait(session: AbortSignal): Promise<void>
}

// Time to resume the session after a short outage and send the final presence.
const CLOSE_MS = 5000

/** @param span in milliseconds; infinite if only a signal ends it */
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
      await waitForEnd(span, [shutdownSignal, session])
      setTimeout(() => controller.abort(notResumed()), CLOSE_MS).unref()
      // The end is normal, but the exit status names the signal.
      if (shutdownSignal.aborted) process.exitCode = (shutdownSignal.reason as Failure).exitCode
    },
  }
}

const notResumed = (): Failure =>
  new Failure(
    'connection-lost',
    'The connection was lost, and could not be restored before the end of --hold',
    EXIT.temporary,
    {stage: 'close', hint: 'The server ends the session after a timeout of its own'},
  )

function waitForEnd(span: number, signals: AbortSignal[]): Promise<void> {
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
