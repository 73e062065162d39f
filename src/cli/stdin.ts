/** Standard input, read to its end and only when a command says that it does. */
import {fstatSync} from 'node:fs'
import {addAbortSignal, type Readable} from 'node:stream'
import {buffer} from 'node:stream/consumers'
import {EXIT, Failure} from '../errors.ts'
import {decodeUtf8} from '../read-file.ts'

let password: Promise<string> | undefined

/**
 * `--password-file -`: taken before a command can read it, since what is the password for one
 * reader would be the text of a message for the next.
 */
export function takePassword(signal: AbortSignal): Promise<string> {
  password ??= readAll(stdin, signal)
  return password
}

/** The one way to it for all that is no password. Throws `no-input` (66) where it cannot be read. */
export function openStdin(): Readable {
  if (!password) return stdin()
  throw new Failure('stdin-taken', 'Standard input has the password already', EXIT.usage, {
    hint: 'Give the password by a file or XMPP_PASSWORD, or the other input by an argument or a file',
  })
}

/** All of it, untouched. */
export const readStdin = (signal: AbortSignal): Promise<string> => readAll(openStdin, signal)

/** What Node has no name for, such as a directory, it takes for a stream that is at its end. */
function stdin(): Readable {
  const stats = fstatSync(0)
  if (stats.isFile() || stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice())
    return process.stdin
  const code = stats.isDirectory() ? 'EISDIR' : 'it is neither a file nor a pipe'
  throw cannotRead(Object.assign(new Error(), {code}))
}

export const readStdinBytes = (signal: AbortSignal): Promise<Buffer> => bytesOf(openStdin, signal)

const readAll = async (open: () => Readable, signal: AbortSignal): Promise<string> =>
  decodeUtf8(await bytesOf(open, signal), 'Standard input')

function bytesOf(open: () => Readable, signal: AbortSignal): Promise<Buffer> {
  return buffer(addAbortSignal(signal, open())).catch((cause) => {
    signal.throwIfAborted()
    throw cannotRead(cause)
  })
}

export function cannotRead(cause: NodeJS.ErrnoException): Failure {
  const message = `Cannot read standard input (${cause.code})`
  return new Failure('no-input', message, EXIT.noInput, {cause})
}
