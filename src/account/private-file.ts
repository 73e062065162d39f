/** Files that only their owner may read, replaced as a whole or not at all. */
import {randomBytes} from 'node:crypto'
import {link, mkdir, open, rename, rm} from 'node:fs/promises'
import path from 'node:path'

/**
 * Replaces the file. A reader sees the old text or the new one, never a part. `durable` waits for
 * the disk, for what could not be had again: a rename can overtake its data in a power cut.
 */
export async function writePrivate(file: string, text: string, durable = false): Promise<void> {
  await throughTemporary(file, text, (temporary) => rename(temporary, file), durable)
}

/** Rejects where the file could not be replaced. */
export async function tryPrivate(file: string): Promise<void> {
  await throughTemporary(file, '', async () => {})
}

/** Creates the file with all of its text; rejects with EEXIST when there is one. */
export async function createPrivate(file: string, text: string): Promise<void> {
  await throughTemporary(file, text, (temporary) => link(temporary, file))
}

/** With those above it. Node's own `recursive` never comes back from a place where nothing can be made, such as /proc. */
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

async function throughTemporary(
  file: string,
  text: string,
  publish: (temporary: string) => Promise<void>,
  durable = false,
): Promise<void> {
  await makeFolder(path.dirname(file))
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const handle = await open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      if (durable) await handle.sync()
    } finally {
      await handle.close()
    }
    await publish(temporary)
  } finally {
    await rm(temporary, {force: true})
  }
}
