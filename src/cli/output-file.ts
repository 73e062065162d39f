/** A file that the user asked for; what is there already is not written over. */
import {writeFile} from 'node:fs/promises'
import {EXIT, Failure} from '../errors.ts'

export async function writeNew(file: string, data: Buffer): Promise<void> {
  try {
    await writeFile(file, data, {flag: 'wx'})
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    const message = code === 'EEXIST' ? `${file} exists already` : `Cannot write ${file} (${code})`
    throw new Failure('cannot-create', message, EXIT.cannotCreate, {cause})
  }
}
