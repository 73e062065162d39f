/** The file of `run --result`, which may exist. */
import {access, constants, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {cannotCreate} from '../../cli/files.ts'

/** Throws `cannot-create` (73). */
export const writeResult = (file: string, text: string): Promise<void> =>
  writeFile(file, text).catch((cause) => {
    throw cannotCreate(file, cause)
  })

/** Throws `cannot-create` (73) now if `writeResult` could not write this file later. */
export async function checkResultFile(file: string): Promise<void> {
  try {
    await access(file, constants.W_OK).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      await access(path.dirname(file), constants.W_OK)
    })
  } catch (cause) {
    throw cannotCreate(file, cause as NodeJS.ErrnoException)
  }
}
