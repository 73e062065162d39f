/** The progress of a run on stderr, if that is a terminal: a counter, or a bar if the total is known. */

import {uptime} from '../../clock.ts'
import {movesCursor} from '../../output/layout/colour.ts'
import {renderProgress} from '../../output/send.ts'
import {writeErr} from '../stdout.ts'
import {pauseSpinner} from './spinner.ts'

const EVERY_MS = 100
const CLEAR = '\r\u{1b}[K'

export class Progress {
  readonly #shown: boolean
  #done = 0
  #failed = 0
  #last = 0

  /** Results that scroll on the same terminal are its progress. */
  constructor(shown: boolean) {
    this.#shown = shown && movesCursor(process.stderr, process.env) && !process.stdout.isTTY
  }

  count(failed: boolean): void {
    this.#done++
    if (failed) this.#failed++
    const now = uptime()
    if (!this.#shown || now - this.#last < EVERY_MS) return
    this.#last = now
    writeErr(`${CLEAR}${renderProgress(this.#done, this.#failed)}`)
  }

  /** Call it before other output to the terminal. */
  clear(): void {
    if (this.#shown && this.#last > 0) writeErr(CLEAR)
  }
}

export interface ProgressBar {
  step(count?: number): void
  stop(): void
}

const NONE: ProgressBar = {step: () => {}, stop: () => {}}

/** @param format the text for a number of steps */
export async function startProgressBar(
  total: number,
  shown: boolean,
  format: (steps: number) => string = String,
): Promise<ProgressBar> {
  if (!shown || total === 0 || !movesCursor(process.stderr, process.env)) return NONE
  const {drawProgressBar} = await import('./progress-bar.ts') // few runs need it
  const resume = pauseSpinner()
  const bar = drawProgressBar(total, format)
  return {
    step: bar.step,
    stop() {
      bar.stop()
      resume()
    },
  }
}

export const startByteProgress = (total: number, shown: boolean): Promise<ProgressBar> =>
  startProgressBar(total, shown, (bytes) => `${(bytes / 1_000_000).toFixed(1)} MB`)
