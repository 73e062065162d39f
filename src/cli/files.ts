/** A file that the user named, or standard input for `-`. */
import {access, constants, writeFile} from 'node:fs/promises'
import path from 'node:path'
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

/** Throws `cannot-create` (73) now if the file, which may exist, could not be written at the end of the run. */
export async function checkWritable(file: string): Promise<void> {
  try {
    await access(file, constants.W_OK).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      await access(path.dirname(file), constants.W_OK)
    })
  } catch (cause) {
    throw cannotCreate(file, cause as NodeJS.ErrnoException)
  }
}

export function cannotCreate(file: string, cause: NodeJS.ErrnoException): Failure {
  const exists = cause.code === 'EEXIST'
  const message = exists ? `${file} exists already` : `Cannot write ${file}: ${reasonOf(cause)}`
  return new Failure('cannot-create', message, EXIT.cannotCreate, {cause})
}
