/** stdout and stderr for scripts: every byte is written, and a closed stdout is not an error. */
import {EXIT, Failure, reasonOf} from '../errors.ts'
import {colourFor} from '../output/layout/colour.ts'
import {timeLocale} from '../output/layout/local-time.ts'
import type {Terminal} from '../output/layout/terminal.ts'
import {shutdown, shutdownSignal} from './signals.ts'

/** The properties of stdout or stderr that renderers need. */
export function terminalOf(stream: NodeJS.WriteStream): Terminal {
  const {columns = 0, isTTY = false} = stream
  const {env} = process
  return {columns, isTTY, colour: colourFor(stream, env), locale: timeLocale(env)}
}

let beforeWrite = (): void => {}

/** Calls `listener` before each write, in place of an earlier one: it erases a line that must not stay between others. */
export function onWrite(listener: () => void): void {
  beforeWrite = listener
}

/** Resolves when the text has been written, so a slow reader slows down the run and loses nothing. */
export function writeOut(text: string | Buffer): Promise<void> {
  beforeWrite()
  return new Promise((resolve) => process.stdout.write(text, () => resolve()))
}

export function writeErr(text: string): void {
  beforeWrite()
  process.stderr.write(text)
}

/** Replaces the handler of errors on stdout. @param handle by default, ends the run */
export function handleStdoutErrors(handle: (cause: NodeJS.ErrnoException) => void = endRun): void {
  process.stdout.removeAllListeners('error')
  process.stdout.on('error', handle)
  process.stderr.on('error', () => {}) // an error of stderr cannot be reported
}

/** If the reader closes stdout (`| head -1`), the run ends with 0 and no message. On a full disk it ends with 73. */
function endRun(cause: NodeJS.ErrnoException): void {
  if (shutdownSignal.aborted) return // reported already
  const isClosed = cause.code === 'EPIPE'
  const message = 'The reader of the output has closed it'
  shutdown(isClosed ? new Failure('reader-left', message, EXIT.ok, {cause}) : unwritable(cause))
}

/** Reported at once, also with --json: the result that cannot be written may be a success. */
function unwritable(cause: NodeJS.ErrnoException): Failure {
  const message = `The output cannot be written: ${reasonOf(cause)}`
  writeErr(`xmpp: ${message}\n`)
  process.exitCode ||= EXIT.cannotCreate
  return new Failure('no-output', message, EXIT.cannotCreate, {stage: 'close', cause})
}
