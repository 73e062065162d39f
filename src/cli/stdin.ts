/** Standard input, read to its end, and only by commands whose help says so. */
import {fstatSync} from 'node:fs'
import {addAbortSignal, type Readable} from 'node:stream'
import {buffer} from 'node:stream/consumers'
import {EXIT, Failure} from '../errors.ts'
import {cannotRead, decodeUtf8, folderError, notReadable} from '../read-file.ts'

/** As errors name it. */
export const STDIN = 'standard input'

let password: Promise<string> | undefined

/**
 * For `--password-file -`. It is read before the command starts, because otherwise the command could read the password as
 * its input, for example as the text of a message.
 */
export function takePassword(signal: AbortSignal): Promise<string> {
  password ??= readAll(stdin, signal)
  return password
}

/** For every input but the password. Throws `no-input` (66) if it cannot be read. */
export function openStdin(): Readable {
  if (!password) return stdin()
  throw new Failure('stdin-taken', 'Standard input is already used for the password', EXIT.usage, {
    hint: 'Give the password in a file or in XMPP_PASSWORD, or the other input as an argument or a file',
  })
}

/** Whether standard input is a pipe, through which another program may send data. */
export const isPipe = (): boolean => fstatSync(0).isFIFO()

/** The whole text, unchanged. */
export const readStdin = (signal: AbortSignal): Promise<string> => readAll(openStdin, signal)

/** For a directory, and other kinds that Node does not know, `process.stdin` would be an empty stream. */
function stdin(): Readable {
  const stats = fstatSync(0)
  if (stats.isFile() || stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice())
    return process.stdin
  throw cannotRead(STDIN, stats.isDirectory() ? folderError() : notReadable())
}

export const readStdinBytes = (signal: AbortSignal): Promise<Buffer> => bytesOf(openStdin, signal)

const readAll = async (open: () => Readable, signal: AbortSignal): Promise<string> =>
  decodeUtf8(await bytesOf(open, signal), 'Standard input')

function bytesOf(open: () => Readable, signal: AbortSignal): Promise<Buffer> {
  return buffer(addAbortSignal(signal, open())).catch((cause) => {
    signal.throwIfAborted()
    throw cannotRead(STDIN, cause)
  })
}
