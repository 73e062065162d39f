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

/** Creates the file with all of its text; rejects with EEXIST when there is one. */
export async function createPrivate(file: string, text: string): Promise<void> {
  await throughTemporary(file, text, (temporary) => link(temporary, file))
}

async function throughTemporary(
  file: string,
  text: string,
  publish: (temporary: string) => Promise<void>,
  durable = false,
): Promise<void> {
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700})
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
