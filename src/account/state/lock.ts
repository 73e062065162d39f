/** One at a time: a file that says that another one is being changed (open(2), O_EXCL). */
import {randomUUID} from 'node:crypto'
import {link, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {readOwnFile} from '../../read-file.ts'
import {makeFolder} from './private-file.ts'

/** A change takes milliseconds: who holds a lock for so long has died, or sleeps and will notice. */
const STALE_MS = 5000
const PAUSE_MS = 20

/**
 * Runs `change` while nobody else changes the file. `isOurs` is for right before the change takes effect: whoever
 * was stopped for long has lost the lock meanwhile.
 */
export async function withLock<T>(
  file: string,
  change: (isOurs: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const lock = `${file}.lock`
  const id = randomUUID()
  const isOurs = async (): Promise<boolean> => (await holderOf(lock)) === id
  await makeFolder(path.dirname(lock))
  await take(lock, id)
  try {
    return await change(isOurs)
  } finally {
    if (await isOurs()) await rm(lock, {force: true})
  }
}

/** How long a holder is there is measured by our own clock: that of a file system may be another one. */
async function take(lock: string, id: string): Promise<void> {
  let seen: string | undefined
  let since = performance.now()
  for (;;) {
    try {
      return await writeFile(lock, id, {flag: 'wx', mode: 0o600})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = await holderOf(lock)
    if (holder !== seen) since = performance.now()
    seen = holder
    const held = performance.now() - since
    if (held > 2 * STALE_MS) throw Object.assign(new Error(`${lock} stays`), {code: 'EBUSY'})
    if (holder !== undefined && held > STALE_MS) await breakUp(lock, holder)
    await sleep(PAUSE_MS + Math.random() * PAUSE_MS)
  }
}

/** Moved before it is looked at, so that of many who see a dead lock one removes it, and nobody a new one. */
async function breakUp(lock: string, holder: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`
  try {
    await rename(lock, aside)
    if ((await holderOf(aside)) !== holder) await link(aside, lock)
  } catch {
    // Somebody else was faster.
  } finally {
    await rm(aside, {force: true}).catch(() => {})
  }
}

/** Undefined where nobody is; what cannot be read is somebody, too. */
const holderOf = (lock: string): Promise<string | undefined> =>
  readOwnFile(lock).catch(({code}: NodeJS.ErrnoException) => (code === 'ENOENT' ? undefined : ''))
