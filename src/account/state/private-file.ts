/** Writes files atomically. Only the owner can read a new file. */
import {randomBytes} from 'node:crypto'
import {closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {type FileHandle, link, mkdir, open, rename, rm, stat} from 'node:fs/promises'
import path from 'node:path'

/**
 * Replaces the file. A reader sees the old text or the new one, never a part. `durable` waits for the disk: after a power
 * failure, a rename may be there without its data.
 */
export async function writePrivate(file: string, text: string, durable = false): Promise<void> {
  await throughTemporary(file, text, (temporary) => rename(temporary, file), durable)
}

/** The same, while nothing else happens in the program. The folder has to exist. */
export function writePrivateSync(file: string, text: string, durable = false): void {
  const temporary = temporaryFor(file)
  try {
    const descriptor = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(descriptor, text)
      if (durable) fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, file)
  } catch (error) {
    rmSync(temporary, {force: true})
    throw error
  }
}

/**
 * Replaces a file of the user, and waits for the disk. Owner, group, mode and hard links stay: if a rename would lose one
 * of them, the file is overwritten in place.
 */
export async function replaceFile(file: string, text: string): Promise<void> {
  const stats = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (!stats) return writePrivate(file, text, true)
  if (stats.nlink > 1) return writeOver(file, text)
  const hasSameOwner = async (handle: FileHandle): Promise<boolean> => {
    try {
      await handle.chown(stats.uid, stats.gid)
      await handle.chmod(stats.mode & 0o7777)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
      return false
    }
  }
  const publish = async (temporary: string, handle: FileHandle): Promise<void> =>
    (await hasSameOwner(handle)) ? rename(temporary, file) : writeOver(file, text)
  await throughTemporary(file, text, publish, true)
}

async function writeOver(file: string, text: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.writeFile(text)
    await handle.truncate(Buffer.byteLength(text))
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Rejects if the file cannot be replaced. */
export async function tryPrivate(file: string): Promise<void> {
  await throughTemporary(file, '', async () => {})
}

/** Creates the file with all of its text; rejects with EEXIST if it exists. */
export async function createPrivate(file: string, text: string): Promise<void> {
  await throughTemporary(file, text, (temporary) => link(temporary, file))
}

/** Creates the folder and its parents. The option `recursive` of Node does not end in some folders, such as /proc. */
export async function makeFolder(folder: string): Promise<void> {
  const make = (): Promise<void> =>
    mkdir(folder, 0o700).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  try {
    await make()
  } catch (error) {
    const parent = path.dirname(folder)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error
    await makeFolder(parent)
    await make()
  }
}

const temporaryFor = (file: string): string => `${file}.${randomBytes(6).toString('hex')}.tmp`

async function throughTemporary(
  file: string,
  text: string,
  publish: (temporary: string, handle: FileHandle) => Promise<void>,
  durable = false,
): Promise<void> {
  await makeFolder(path.dirname(file))
  const temporary = temporaryFor(file)
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      if (durable) await handle.sync()
      await publish(temporary, handle)
    } finally {
      await handle.close()
    }
  } finally {
    await rm(temporary, {force: true})
  }
}
