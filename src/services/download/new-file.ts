/** Creates a file that is complete from the moment that it has its name, and never replaces another one. */
import {randomBytes} from 'node:crypto'
import {constants} from 'node:fs'
import {access, copyFile, type FileHandle, link, open, rm} from 'node:fs/promises'
import path from 'node:path'
import {cannotCreate} from '../../cli/files.ts'
import {shellWord} from '../../output/layout/shell-word.ts'

/**
 * `write` fills a temporary file in the same folder; `nameFor` is then called with 0, 1, … until a name is free. Without a
 * further name, throws `cannot-create` (73) if the file exists. After a failure, nothing is left.
 */
export async function saveNew<T>(
  folder: string,
  nameFor: (serial: number) => string | undefined,
  write: (handle: FileHandle) => Promise<T>,
): Promise<{file: string; result: T}> {
  const temporary = path.join(folder, `.xmpp-${randomBytes(6).toString('hex')}.part`)
  const handle = await open(temporary, 'wx').catch((cause) => {
    throw cannotCreate(path.join(folder, nameFor(0) ?? ''), cause)
  })
  try {
    const result = await write(handle).finally(() => handle.close())
    return {file: await publish(temporary, folder, nameFor), result}
  } finally {
    await rm(temporary, {force: true})
  }
}

/** Throws `cannot-create` (73) unless files can be created in the folder. */
export async function checkFolder(folder: string): Promise<void> {
  try {
    await access(path.join(folder, '.'), constants.W_OK | constants.X_OK)
  } catch (cause) {
    const error = cause as NodeJS.ErrnoException
    const hint = `Create the folder first: mkdir ${shellWord(folder)}`
    throw cannotCreate(folder, error).with(error.code === 'ENOENT' ? {hint} : {})
  }
}

async function publish(
  temporary: string,
  folder: string,
  nameFor: (serial: number) => string | undefined,
): Promise<string> {
  for (let serial = 0; ; serial++) {
    const file = path.join(folder, nameFor(serial) ?? '')
    try {
      await linkOrCopy(temporary, file)
      return file
    } catch (error) {
      const cause = error as NodeJS.ErrnoException
      if (cause.code !== 'EEXIST' || nameFor(serial + 1) === undefined)
        throw cannotCreate(file, cause)
    }
  }
}

/** Some file systems have no hard links. */
async function linkOrCopy(temporary: string, file: string): Promise<void> {
  await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw error
    return copyFile(temporary, file, constants.COPYFILE_EXCL)
  })
}
