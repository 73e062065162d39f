/** What waits and is no session ends with the run, or when its time is over. */
import {formatDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'
import {shutdownSignal} from './signals.ts'

/** @param timeout of the whole run, which began with the process; milliseconds, or undefined for no limit */
export function timeoutSignal(timeout: number | undefined): AbortSignal {
  if (timeout === undefined) return shutdownSignal
  const over = new AbortController()
  const left = Math.max(0, timeout - performance.now())
  setTimeout(() => over.abort(tooLate(timeout)), left).unref()
  return AbortSignal.any([shutdownSignal, over.signal])
}

const tooLate = (timeout: number): Failure =>
  new Failure('timeout', `Nothing came within ${formatDuration(timeout)}`, EXIT.deadline)
