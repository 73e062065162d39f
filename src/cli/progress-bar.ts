/** How far a run of known length has come: a bar on stderr, where a person looks on. */
import {movesCursor} from '../output/style.ts'

export interface ProgressBar {
  step(): void
  stop(): void
}

const NONE: ProgressBar = {step: () => {}, stop: () => {}}

export async function startProgressBar(total: number, shown: boolean): Promise<ProgressBar> {
  if (!shown || total === 0 || !movesCursor(process.stderr, process.env)) return NONE
  const {SingleBar} = await import('cli-progress')
  const bar = new SingleBar({
    clearOnComplete: true,
    format: '{bar} {value}/{total}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream: process.stderr,
  })
  bar.start(total, 0)
  return {step: () => bar.increment(), stop: () => bar.stop()}
}
