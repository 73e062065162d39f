/** stdout and stderr as scripts need them: every byte arrives, and a reader that leaves is no error. */
import {Failure} from '../errors.ts'
import {interrupt, interrupted} from './interrupt.ts'

/** Resolves when the text has left the process, so that a slow reader slows us down and loses nothing. */
export function writeOut(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}

export function writeErr(text: string): void {
  process.stderr.write(text)
}

/** `| head -1` has read what it wanted: the run ends, quietly, with 0. */
export function watchReaders(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (interrupted.aborted) return // told already
    interrupt(new Failure('reader-left', 'Nobody reads the output any more', 0, {cause: error}))
  })
  process.stderr.on('error', () => {}) // there is nobody left to tell
}
