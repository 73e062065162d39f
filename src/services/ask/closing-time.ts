/** How long the correction of a question may take, so that a run ends soon after --timeout or a signal. */
import {timeLeft} from '../../cli/timeout.ts'

const CLOSE_MS = 5000
/** How much longer than --timeout a run may last; the help states it. */
const CLOSE_AFTER_TIMEOUT_MS = 2000
/** The process ends within three seconds. */
const CLOSE_AFTER_SIGNAL_MS = 1500

/** In milliseconds. @param timeout of the whole run */
export const closingTime = (timeout: number, isInterrupted: boolean): number =>
  isInterrupted
    ? CLOSE_AFTER_SIGNAL_MS
    : Math.min(CLOSE_MS, timeLeft(timeout) + CLOSE_AFTER_TIMEOUT_MS)
