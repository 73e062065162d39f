/** V8's code cache for one script <https://nodejs.org/api/vm.html#scriptcreatecacheddata> */
import fs from 'node:fs'
import Module from 'node:module'
import path from 'node:path'
import vm from 'node:vm'
import {crc32} from 'node:zlib'

export interface Cache {
  folder: string
  /** Identifies the source, because V8 compares only its length. */
  build: string
  /** The kind of run: others use other functions of the source. */
  part: string
}

/**
 * Runs a CommonJS file with the code that an earlier run compiled, or saves the compiled code for the next run. If the
 * folder cannot be written, the start is slower.
 */
export function runWithCodeCache(
  file: string,
  source: string,
  {build, folder, part}: Cache,
): unknown {
  const cache = path.join(folder, `${build}-${process.version}-${process.arch}-${part}`)
  const cachedData = markUsed(cache) ? withoutChecksum(readOwn(cache)) : undefined
  const script = new vm.Script(
    `(function(exports,require,module,__filename,__dirname){${source}\n})`,
    {
      filename: file,
      ...(cachedData && {cachedData}),
    },
  )
  // At the end of the run V8 has compiled the functions that a run needs.
  if (!cachedData || script.cachedDataRejected)
    process.on('exit', () => {
      writeOwn(cache, withChecksum(script.createCachedData()))
      discardOthers(folder, build)
    })
  const module = new Module(file)
  const require = Module.createRequire(file)
  require.cache[file] = module // so that oclif, which requires this file by its name, does not compile it again
  script.runInThisContext()(module.exports, require, module, file, path.dirname(file))
  module.loaded = true
  return module.exports
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
    fs.writeFileSync(mark, '', {flag: 'wx', mode: 0o600})
    process.on('exit', () => discard(mark))
  } catch {
    // a read-only or full disk: the mark is not possible, and not needed
  }
  return true
}

const MARK = '.used-by-'

function marksOf(cache: string): string[] {
  const folder = path.dirname(cache)
  try {
    const names = fs.readdirSync(folder)
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
const READING = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK

/** Code that another user may have written is never run. */
function readOwn(file: string): Buffer | undefined {
  try {
    const descriptor = fs.openSync(file, READING)
    try {
      const stats = fs.fstatSync(descriptor)
      if (!stats.isFile() || stats.uid !== process.getuid?.() || stats.mode & 0o022)
        return undefined
      return fs.readFileSync(descriptor)
    } finally {
      fs.closeSync(descriptor)
    }
  } catch {
    return undefined // the first run, or no folder
  }
}

function writeOwn(file: string, data: Buffer): void {
  const temporary = `${file}.${process.pid}`
  try {
    makeFolder(path.dirname(file))
    fs.writeFileSync(temporary, data, {flag: 'wx', flush: true, mode: 0o600})
    fs.renameSync(temporary, file)
  } catch {
    discard(temporary) // a read-only or full disk makes the next start slower
  }
}

/** Creates the parent folders too, as account/state/private-file.ts does. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return
  const parent = path.dirname(folder)
  if (parent !== folder) makeFolder(parent)
  fs.mkdirSync(folder, 0o700)
}

// Two versions may be in use at the same time.
const OLD_MS = 24 * 60 * 60 * 1000

/** Deletes the code of other builds that was not used for a day. */
function discardOthers(folder: string, build: string): void {
  try {
    for (const name of fs.readdirSync(folder)) {
      const file = path.join(folder, name)
      if (!name.startsWith(build) && Date.now() - fs.statSync(file).mtimeMs > OLD_MS) discard(file)
    }
  } catch {
    // another run deleted it, or there is no folder
  }
}

function discard(file: string): void {
  try {
    fs.rmSync(file, {force: true})
  } catch {
    // `force` ignores a missing file, but not a missing folder
  }
}
