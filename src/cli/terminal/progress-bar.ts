/** Draws a progress bar on stderr. */
import {SingleBar} from 'cli-progress'
import type {ProgressBar} from './progress.ts'

/** @param format the text for a number of steps */
export function drawProgressBar(total: number, format: (steps: number) => string): ProgressBar {
  const bar = new SingleBar({
    clearOnComplete: true,
    format: '{bar} {value}/{total}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    formatValue: (steps, _options, type) => (type === 'percentage' ? `${steps}` : format(steps)),
    stream: process.stderr,
  })
  bar.start(total, 0)
  return {step: (count = 1) => bar.increment(count), stop: () => bar.stop()}
}
