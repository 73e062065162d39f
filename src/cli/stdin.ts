/** Standard input, read to its end and only when a command says that it does. */
import type {Readable} from 'node:stream'
import {text} from 'node:stream/consumers'
import {EXIT, Failure} from '../errors.ts'
import {untilInterrupted} from './interrupt.ts'

let password: Promise<string> | undefined

/**
 * `--password-file -`: taken before a command can read it, since what is the password for one
 * reader would be the text of a message for the next.
 */
export function takePassword(): Promise<string> {
  password ??= readAll(process.stdin)
  return password
}

/** The one way to it for all that is no password. */
export function openStdin(): Readable {
  if (!password) return process.stdin
  throw new Failure('stdin-taken', 'Standard input has the password already', EXIT.usage, {
    hint: 'Give the password by a file or XMPP_PASSWORD, or the other input by an argument or a file',
  })
}

/** All of it, untouched but for one final newline. */
export async function readStdin(): Promise<string> {
  return readAll(openStdin())
}

async function readAll(stdin: Readable): Promise<string> {
  try {
    const input = await untilInterrupted(text(stdin))
    return input.replace(/\r?\n$/, '')
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure('no-input', 'Cannot read standard input', EXIT.noInput, {cause})
  } finally {
    stdin.destroy()
  }
}
