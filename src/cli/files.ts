/** A file that the user named, or standard input for `-`. */

import {writeFile} from 'node:fs/promises'
import {EXIT, Failure, reasonOf} from '../errors.ts'
import {cannotRead, decodeUtf8, readFileUntil} from '../read-file.ts'
import {readStdin, readStdinBytes} from './stdin.ts'

/** A document, without the byte order mark that some editors write. */
export async function readInput(file: string, signal: AbortSignal): Promise<string> {
  const text = file === '-' ? await readStdin(signal) : await readText(file, signal)
  return text.replace(/^\ufeff/, '')
}

/** For a format that names its own character set. */
export const readInputBytes = (file: string, signal: AbortSignal): Promise<Buffer> =>
  file === '-' ? readStdinBytes(signal) : readBytes(file, signal)

/** Throws `no-input` (66) if the file cannot be read. */
export function readBytes(file: string, signal: AbortSignal): Promise<Buffer> {
  return readFileUntil(file, {signal}).catch((cause: Failure | NodeJS.ErrnoException) => {
    if (cause instanceof Failure) throw cause
    throw cannotRead(file, cause)
  })
}

/** Throws `no-input` (66) if the file cannot be read, and `not-utf8` (65). */
export const readText = async (file: string, signal: AbortSignal): Promise<string> =>
  decodeUtf8(await readBytes(file, signal), file)

/** Throws `cannot-create` (73) if the file exists already or cannot be written. */
export const writeNew = (file: string, data: Buffer): Promise<void> =>
  writeFile(file, data, {flag: 'wx'}).catch((cause) => {
    throw cannotCreate(file, cause)
  })

export function cannotCreate(file: string, cause: NodeJS.ErrnoException): Failure {
  const exists = cause.code === 'EEXIST'
  const message = exists ? `${file} exists already` : `Cannot write ${file}: ${reasonOf(cause)}`
  return new Failure('cannot-create', message, EXIT.cannotCreate, {cause})
}
