/** stdout and stderr as scripts need them: every byte arrives, and a reader that leaves is no error. */
import {EXIT, Failure} from '../errors.ts'
import {shutdown, shutdownSignal} from './signals.ts'

/** Resolves when the text has left the process, so that a slow reader slows us down and loses nothing. */
export function writeOut(text: string | Buffer): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}

export function writeErr(text: string): void {
  process.stderr.write(text)
}

/** `| head -1` has read what it wanted: the run ends, quietly, with 0. On a full disk it ends and says so. */
export function handleStdoutErrors(): void {
  process.stdout.removeAllListeners('error')
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    if (shutdownSignal.aborted) return // told already
    if (cause.code !== 'EPIPE') return shutdown(unwritable(cause))
    shutdown(new Failure('reader-left', 'Nobody reads the output any more', EXIT.ok, {cause}))
  })
  process.stderr.on('error', () => {}) // there is nobody left to tell
}

/** Told here and now, JSON or not: the result that cannot be written may be that all went well. */
function unwritable(cause: NodeJS.ErrnoException): Failure {
  const message = `The output cannot be written (${cause.code})`
  writeErr(`xmpp: ${message}\n`)
  process.exitCode ||= EXIT.cannotCreate
  return new Failure('no-output', message, EXIT.cannotCreate, {stage: 'close', cause})
}
