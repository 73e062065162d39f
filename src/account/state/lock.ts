/** A lock file, so that only one process changes a file at a time (open(2), O_EXCL). */
import {randomUUID} from 'node:crypto'
import {link, rename, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {uptime} from '../../clock.ts'
import {readOwnFile} from '../../read-file.ts'
import {makeFolder} from './private-file.ts'

/** A change takes milliseconds. A process that holds a lock this long has ended, or is stopped and will check `holdsLock`. */
const STALE_MS = 5000
const PAUSE_MS = 20

/**
 * Runs `change` under the lock. It calls `holdsLock` right before the change takes effect, since a process that was
 * stopped for long has lost the lock.
 */
export async function withLock<T>(
  file: string,
  change: (holdsLock: () => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const lock = `${file}.lock`
  const id = randomUUID()
  const holdsLock = async (): Promise<boolean> => (await holderOf(lock)) === id
  await makeFolder(path.dirname(lock))
  await take(lock, id)
  try {
    return await change(holdsLock)
  } finally {
    if (await holdsLock()) await rm(lock, {force: true})
  }
}

/** Measures the age of a lock by the clock of this process, since a remote file system may have another one. */
async function take(lock: string, id: string): Promise<void> {
  let seen: string | undefined
  let since = uptime()
  for (;;) {
    try {
      return await writeFile(lock, id, {flag: 'wx', mode: 0o600})
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = await holderOf(lock)
    if (holder !== seen) since = uptime()
    seen = holder
    const held = uptime() - since
    if (held > 2 * STALE_MS)
      throw Object.assign(new Error(`${lock} is held by another process`), {code: 'EBUSY'})
    if (holder !== undefined && held > STALE_MS) await removeStale(lock, holder)
    await sleep(PAUSE_MS + Math.random() * PAUSE_MS)
  }
}

/** Renames the lock before it checks the holder: only one process removes a stale lock, and none removes a new one. */
async function removeStale(lock: string, holder: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`
  try {
    await rename(lock, aside)
    if ((await holderOf(aside)) !== holder) await link(aside, lock)
  } catch {
    // Another process has already removed it.
  } finally {
    await rm(aside, {force: true}).catch(() => {})
  }
}

/** Undefined if the file is not locked. A lock that cannot be read counts as held. */
const holderOf = (lock: string): Promise<string | undefined> =>
  readOwnFile(lock).catch(({code}: NodeJS.ErrnoException) => (code === 'ENOENT' ? undefined : ''))
