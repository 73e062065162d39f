/** Reads files, FIFOs and terminals until a signal aborts: a FIFO or a terminal may never end. */
import {isUtf8} from 'node:buffer'
import {constants, openSync, type Stats} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {addAbortSignal, type Readable} from 'node:stream'
import {buffer} from 'node:stream/consumers'
import {isatty} from 'node:tty'
import {EXIT, Failure, reasonOf} from './errors.ts'

export interface Reading {
  /** An aborted read rejects with its reason, a `Failure`. */
  signal: AbortSignal
  /** Throws for a file that must not be read. Called with the status of the open file, so that it cannot be replaced. */
  check?(stats: Stats): void
}

// A blocking open of a FIFO waits for a writer in a thread that cannot be stopped.
const OPENING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * All bytes of a file, a FIFO or a terminal. Rejects with the error of the system when it cannot be read. A regular file is
 * read even after the signal has aborted, because it always ends.
 */
export async function readFileUntil(file: string, {check, signal}: Reading): Promise<Buffer> {
  const handle = await open(file, OPENING)
  let pipe: Readable
  try {
    const stats = await handle.stat()
    check?.(stats)
    if (stats.isFile() || stats.isDirectory()) return await handle.readFile()
    const isEndless = stats.isFIFO() || isatty(handle.fd)
    if (!isEndless && stats.isCharacterDevice() && (await isEmpty(handle))) return Buffer.alloc(0)
    if (!isEndless) throw notReadable()
    pipe = await openPipe(file) // such as that of `<(pass show xmpp)`
  } finally {
    await handle.close()
  }
  return buffer(addAbortSignal(signal, pipe)).catch((error) => {
    signal.throwIfAborted()
    throw error
  })
}

/** The bytes of a FIFO or a terminal. */
export async function openPipe(file: string): Promise<Readable> {
  const {Socket} = await import('node:net') // few runs need it
  const {ReadStream} = await import('node:tty')
  const fd = openSync(file, OPENING)
  return isatty(fd) ? new ReadStream(fd) : new Socket({fd, readable: true, writable: false})
}

/** The status of a file that is not a directory. Does not wait for the writer of a FIFO. */
export async function checkReadable(file: string): Promise<Stats> {
  const handle = await open(file, OPENING)
  const stats = await handle.stat().finally(() => handle.close())
  if (stats.isDirectory()) throw folderError()
  return stats
}

/** The error of the system for reading a folder. */
export const folderError = (): NodeJS.ErrnoException => Object.assign(new Error(), {code: 'EISDIR'})

/** The error of a device, in the form of the errors of the system. */
export const notReadable = (): NodeJS.ErrnoException =>
  Object.assign(new Error(), {code: 'it is neither a file nor a pipe'})

/** True for /dev/null; other devices have no end. */
async function isEmpty(handle: FileHandle): Promise<boolean> {
  const {bytesRead} = await handle.read(Buffer.alloc(1), 0, 1, null)
  return bytesRead === 0
}

/**
 * The text of a file that this program has written, in a folder of its own. Anything but a regular file, such as a FIFO,
 * counts as empty, and the program does not wait for it.
 */
export async function readOwnFile(file: string): Promise<string> {
  const handle = await open(file, OPENING)
  try {
    return (await handle.stat()).isFile() ? await handle.readFile('utf8') : ''
  } finally {
    await handle.close()
  }
}

/** @param what the subject of the error message. Throws `not-utf8` (65). */
export function decodeUtf8(bytes: Buffer, what: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw new Failure('not-utf8', `${what} is not UTF-8 text`, EXIT.data)
}

/** `no-input` (66). @param what the path, or `standard input` */
export const cannotRead = (what: string, cause: NodeJS.ErrnoException): Failure =>
  new Failure('no-input', `Cannot read ${what || '""'}: ${reasonOf(cause)}`, EXIT.noInput, {cause})
