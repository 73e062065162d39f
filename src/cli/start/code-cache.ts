/** V8's code cache for a script <https://nodejs.org/api/vm.html#scriptcreatecacheddata> */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import {Script} from 'node:vm'
import {crc32} from 'node:zlib'

export interface Cache {
  folder: string
  /** Identifies the source, because V8 compares only its length. */
  build: string
  /** The kind of run: others use other functions of the source. */
  part: string
}

/**
 * The value of a script, run with the code that an earlier run compiled; or saves the compiled code for the next run. If
 * the folder cannot be written, the start is slower. @param file names the script in stack traces
 */
export function runWithCodeCache(file: string, source: string, of: Cache | undefined): unknown {
  if (!of) return new Script(source, {filename: file}).runInThisContext()
  const {build, folder, part} = of
  const cache = path.join(folder, `${build}-${process.version}-${process.arch}-${part}`)
  const cachedData = markUsed(cache) ? withoutChecksum(readOwn(cache)) : undefined
  const script = new Script(source, {filename: file, ...(cachedData && {cachedData})})
  // At the end of the run V8 has compiled the functions that a run needs.
  if (!cachedData || script.cachedDataRejected)
    atExit(() => {
      writeOwn(cache, withChecksum(script.createCachedData()))
      discardOthers(folder, build)
    })
  return script.runInThisContext()
}

const exitTasks: (() => void)[] = []

/** One listener for all scripts of a run. */
function atExit(task: () => void): void {
  if (exitTasks.push(task) === 1)
    process.on('exit', () => {
      for (const each of exitTasks) each()
    })
}

const CHECKSUM_BYTES = 4

/** Adds a checksum at the end. V8 does not check the code, and damaged code crashes the process without a message. */
function withChecksum(data: Buffer): Buffer {
  const checksum = Buffer.alloc(CHECKSUM_BYTES)
  checksum.writeUInt32LE(crc32(data))
  return Buffer.concat([data, checksum])
}

/** Undefined if the checksum is wrong. */
function withoutChecksum(file: Buffer | undefined): Buffer | undefined {
  if (!file || file.length < CHECKSUM_BYTES) return undefined
  const data = file.subarray(0, -CHECKSUM_BYTES)
  return file.readUInt32LE(data.length) === crc32(data) ? data : undefined
}

/**
 * Marks the cache as in use by this process until it exits. A process that crashes leaves its mark, and the next run finds
 * it. Returns false, and removes the cache, if there is a mark of a process that no longer runs.
 */
function markUsed(cache: string): boolean {
  const mark = `${cache}${MARK}${process.pid}`
  const stale = marksOf(cache).filter((other) => other === mark || !isRunning(other))
  if (stale.length > 0) {
    for (const file of [cache, ...stale]) discard(file)
    return false
  }
  try {
    writeFileSync(mark, '', {flag: 'wx', mode: 0o600})
    atExit(() => discard(mark))
  } catch {
    // a read-only or full disk: the mark is not possible, and not needed
  }
  return true
}

const MARK = '.used-by-'

function marksOf(cache: string): string[] {
  const folder = path.dirname(cache)
  try {
    const names = readdirSync(folder)
    return names
      .filter((name) => name.startsWith(path.basename(cache) + MARK))
      .map((name) => path.join(folder, name))
  } catch {
    return [] // the first run, or no folder
  }
}

function isRunning(mark: string): boolean {
  try {
    return process.kill(Number(mark.slice(mark.lastIndexOf('-') + 1)), 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // another user's process
  }
}

// Follows no link, and does not wait for the writer of a FIFO.
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** Code that another user may have written is never run. */
function readOwn(file: string): Buffer | undefined {
  try {
    const descriptor = openSync(file, READING)
    try {
      const stats = fstatSync(descriptor)
      if (!stats.isFile() || stats.uid !== process.getuid?.() || stats.mode & 0o022)
        return undefined
      return readFileSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined // the first run, or no folder
  }
}

function writeOwn(file: string, data: Buffer): void {
  const temporary = `${file}.${process.pid}`
  try {
    makeFolder(path.dirname(file))
    writeFileSync(temporary, data, {flag: 'wx', flush: true, mode: 0o600})
    renameSync(temporary, file)
  } catch {
    discard(temporary) // a read-only or full disk makes the next start slower
  }
}

/** Creates the parent folders too, as account/state/private-file.ts does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  const parent = path.dirname(folder)
  if (parent !== folder) makeFolder(parent)
  mkdirSync(folder, 0o700)
}

// Two versions may be in use at the same time.
const OLD_MS = 24 * 60 * 60 * 1000

/** Deletes the code of other builds that was not used for a day. */
function discardOthers(folder: string, build: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name)
      if (!name.startsWith(build) && Date.now() - statSync(file).mtimeMs > OLD_MS) discard(file)
    }
  } catch {
    // another run deleted it, or there is no folder
  }
}

function discard(file: string): void {
  try {
    rmSync(file, {force: true})
  } catch {
    // `force` ignores a missing file, but not a missing folder
  }
}
