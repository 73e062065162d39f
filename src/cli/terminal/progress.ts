/** The progress of a run on stderr, if that is a terminal: a bar. */
import {movesCursor} from '../../output/layout/colour.ts'
import {pauseSpinner} from './spinner.ts'

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
