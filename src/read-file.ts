/** Reading what was named, such that a signal ends it: a FIFO or a terminal may never have an end of its own. */
import {isUtf8} from 'node:buffer'
import {constants, openSync, type Stats} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {addAbortSignal} from 'node:stream'
import {buffer} from 'node:stream/consumers'
import {isatty} from 'node:tty'
import {EXIT, Failure} from './errors.ts'

export interface Reading {
  /** Its reason, a `Failure`, is what a reading that it ends rejects with. */
  signal: AbortSignal
  /** Throws for a file that is not to be read: asked of the open file, so that it is the one that is read. */
  check?(stats: Stats): void
}

// A blocking open of a FIFO waits for a writer in a thread that nothing can end.
const OPENING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * All bytes of a file, a FIFO or a terminal. Rejects with the error of the system where it cannot be read. A file has an
 * end, so that it is read however late it is.
 */
export async function readFileUntil(file: string, {check, signal}: Reading): Promise<Buffer> {
  const handle = await open(file, OPENING)
  try {
    const stats = await handle.stat()
    check?.(stats)
    if (stats.isFile() || stats.isDirectory()) return await handle.readFile()
    if (stats.isFIFO() || isatty(handle.fd)) return await readStream(file, signal)
    if (stats.isCharacterDevice() && (await isEmpty(handle))) return Buffer.alloc(0)
  } finally {
    await handle.close()
  }
  throw Object.assign(new Error(), {code: 'it is neither a file nor a pipe'})
}

/** A pipe such as that of `<(pass show xmpp)`, or what is typed. */
async function readStream(file: string, signal: AbortSignal): Promise<Buffer> {
  const {Socket} = await import('node:net') // few runs need it
  const {ReadStream} = await import('node:tty')
  const fd = openSync(file, OPENING)
  const stream = isatty(fd) ? new ReadStream(fd) : new Socket({fd, readable: true, writable: false})
  return buffer(addAbortSignal(signal, stream)).catch((error) => {
    signal.throwIfAborted()
    throw error
  })
}

/** As /dev/null is; other devices have no end. */
async function isEmpty(handle: FileHandle): Promise<boolean> {
  const {bytesRead} = await handle.read(Buffer.alloc(1), 0, 1, null)
  return bytesRead === 0
}

/**
 * The text of a file that this program has written, in a folder of its own. What is there and is no file, such as a
 * FIFO, is an empty one: it is never waited for.
 */
export async function readOwnFile(file: string): Promise<string> {
  const handle = await open(file, OPENING)
  try {
    return (await handle.stat()).isFile() ? await handle.readFile('utf8') : ''
  } finally {
    await handle.close()
  }
}

/** @param what it is, for a sentence. Throws `not-utf8` (65). */
export function decodeUtf8(bytes: Buffer, what: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  throw new Failure('not-utf8', `${what} is not UTF-8 text`, EXIT.data)
}
