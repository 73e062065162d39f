/** The file of `run --result`, which may exist. */
import {writeFile} from 'node:fs/promises'
import {cannotCreate} from '../../cli/files.ts'

/** Throws `cannot-create` (73). */
export const writeResult = (file: string, text: string): Promise<void> =>
  writeFile(file, text).catch((cause) => {
    throw cannotCreate(file, cause)
  })
