/** A run that holds until a time or a signal, and then still has something to say to the server. */
import type {Failure} from '../errors.ts'
import {interrupted} from './interrupt.ts'

export interface Holding {
  /** For the session: until `wait` is called a signal ends it at once, as it does everywhere. */
  interrupt: AbortSignal
  /** Resolves when the time is over, a signal has come, or the session has to end anyway. */
  wait(session: AbortSignal): Promise<void>
}

/** `span` in milliseconds; infinite where only a signal ends it. */
export function startHolding(span: number): Holding {
  const controller = new AbortController()
  let waiting = false
  const forward = (): void => {
    if (!waiting) controller.abort(interrupted.reason)
  }
  if (interrupted.aborted) forward()
  interrupted.addEventListener('abort', forward)
  return {
    interrupt: controller.signal,
    async wait(session) {
      waiting = true
      await over(span, [interrupted, session])
      // A normal end, and told in the status all the same (contract: exit codes).
      if (interrupted.aborted) process.exitCode = (interrupted.reason as Failure).exitCode
    },
  }
}

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
