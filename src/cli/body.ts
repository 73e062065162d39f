/** The text of a message from a file or standard input: every byte of it, but for one final newline. */
import {createReadStream} from 'node:fs'
import {buffer} from 'node:stream/consumers'
import {EXIT, Failure} from '../errors.ts'
import {untilInterrupted} from './interrupt.ts'
import {openStdin} from './stdin.ts'

/** @param file `-` for standard input */
export async function readBody(file: string): Promise<string> {
  const source = file === '-' ? openStdin() : createReadStream(file)
  const name = file === '-' ? 'standard input' : file
  let bytes: Buffer
  try {
    bytes = await untilInterrupted(buffer(source))
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    throw new Failure('no-input', `Cannot read ${name}`, EXIT.noInput, {cause})
  } finally {
    source.destroy()
  }
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true})
      .decode(bytes)
      .replace(/\r?\n$/, '')
  } catch (cause) {
    throw new Failure('not-utf8', `What is in ${name} is not UTF-8 text`, EXIT.data, {cause})
  }
}
