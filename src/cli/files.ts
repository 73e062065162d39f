/** A file that the user named, or standard input where the name is `-`. */

import {writeFile} from 'node:fs/promises'
import {EXIT, Failure} from '../errors.ts'
import {decodeUtf8, readFileUntil} from '../read-file.ts'
import {readStdin, readStdinBytes} from './stdin.ts'

/** The text of a message: every byte of it, but for one final newline. */
export async function readBody(file: string, signal: AbortSignal): Promise<string> {
  const text = file === '-' ? await readStdin(signal) : await readText(file, signal)
  return text.replace(/\r?\n$/, '')
}

/** A document, which some editors begin with a byte order mark. */
export async function readInput(file: string, signal: AbortSignal): Promise<string> {
  const text = file === '-' ? await readStdin(signal) : await readText(file, signal)
  return text.replace(/^\ufeff/, '')
}

/** For what may say itself in which characters it is. */
export const readInputBytes = (file: string, signal: AbortSignal): Promise<Buffer> =>
  file === '-' ? readStdinBytes(signal) : readBytes(file, signal)

/** Throws `no-input` (66) where it cannot be read. */
export function readBytes(file: string, signal: AbortSignal): Promise<Buffer> {
  return readFileUntil(file, {signal}).catch((cause: Failure | NodeJS.ErrnoException) => {
    if (cause instanceof Failure) throw cause
    throw new Failure('no-input', `Cannot read ${file} (${cause.code})`, EXIT.noInput, {cause})
  })
}

const readText = async (file: string, signal: AbortSignal): Promise<string> =>
  decodeUtf8(await readBytes(file, signal), file)

/** A file that the user asked for; what is there already is not written over. */

export async function writeNew(file: string, data: Buffer): Promise<void> {
  try {
    await writeFile(file, data, {flag: 'wx'})
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    const message = code === 'EEXIST' ? `${file} exists already` : `Cannot write ${file} (${code})`
    throw new Failure('cannot-create', message, EXIT.cannotCreate, {cause})
  }
}
