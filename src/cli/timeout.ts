/** The time limit of prompts, files and standard input. Sessions have a deadline of their own. */
import {uptime} from '../clock.ts'
import {formatDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'
import {shutdownSignal} from './signals.ts'

/** @param timeout of the whole run, in milliseconds from the start of the process; undefined for no limit */
export function timeoutSignal(timeout: number | undefined): AbortSignal {
  if (timeout === undefined) return shutdownSignal
  const controller = new AbortController()
  const remaining = Math.max(0, timeout - uptime())
  setTimeout(() => controller.abort(timedOut(timeout)), remaining).unref()
  return AbortSignal.any([shutdownSignal, controller.signal])
}

/** The rest of a time that began with the process, in milliseconds: at least 1, because 0 would be no time limit. */
export const timeLeft = (timeout: number): number => Math.max(1, timeout - uptime())

const timedOut = (timeout: number): Failure =>
  new Failure('timeout', `No input arrived within ${formatDuration(timeout)}`, EXIT.deadline)
