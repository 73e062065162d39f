/** A file that the user named, or standard input where the name is `-`. */
import {readFile} from 'node:fs/promises'
import {EXIT, Failure} from '../errors.ts'
import {readStdin} from './stdin.ts'

export async function readInput(file: string): Promise<string> {
  return file === '-' ? readStdin() : (await readBytes(file)).toString('utf8')
}

export async function readBytes(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    throw new Failure('no-input', `Cannot read ${file} (${code})`, EXIT.noInput, {cause})
  }
}
