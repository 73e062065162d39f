/** V8's code cache for one script <https://nodejs.org/api/vm.html#scriptcreatecacheddata> */
import fs from 'node:fs'
import Module from 'node:module'
import path from 'node:path'
import vm from 'node:vm'
import {crc32} from 'node:zlib'

export interface Cache {
  folder: string
  /** Names the text: V8 itself only compares its length. */
  build: string
  /** What kind of run this is: others run other parts of the text. */
  part: string
}

/**
 * Runs a CommonJS file with the code that an earlier run left, and leaves its own where there was none. Without a
 * folder to write to, it merely starts slower.
 */
export function runWithCodeCache(
  file: string,
  source: string,
  {build, folder, part}: Cache,
): unknown {
  const cache = path.join(folder, `${build}-${process.version}-${process.arch}-${part}`)
  const cachedData = enter(cache) ? unsealed(readOwn(cache)) : undefined
  const script = new vm.Script(
    `(function(exports,require,module,__filename,__dirname){${source}\n})`,
    {
      filename: file,
      ...(cachedData && {cachedData}),
    },
  )
  // At the end of the run: by then V8 has compiled just what a run needs.
  if (!cachedData || script.cachedDataRejected)
    process.on('exit', () => {
      writeOwn(cache, sealed(script.createCachedData()))
      discardOthers(folder, build)
    })
  const module = new Module(file)
  const require = Module.createRequire(file)
  require.cache[file] = module // so that oclif, which requires this file by its name, does not compile it again
  script.runInThisContext()(module.exports, require, module, file, path.dirname(file))
  module.loaded = true
  return module.exports
}

const SEAL_BYTES = 4

/** With a checksum at its end: V8 runs what it is given, and damaged code ends the process without a word. */
function sealed(data: Buffer): Buffer {
  const seal = Buffer.alloc(SEAL_BYTES)
  seal.writeUInt32LE(crc32(data))
  return Buffer.concat([data, seal])
}

/** Undefined for what is not as it was written. */
function unsealed(file: Buffer | undefined): Buffer | undefined {
  if (!file || file.length < SEAL_BYTES) return undefined
  const data = file.subarray(0, -SEAL_BYTES)
  return file.readUInt32LE(data.length) === crc32(data) ? data : undefined
}

/**
 * Marks the cache as in use by this process until it exits, so that a process that its code has ended leaves the mark,
 * and the next run finds it. Returns false, and removes the cache, where an earlier process has left one.
 */
function enter(cache: string): boolean {
  const mark = `${cache}${MARK}${process.pid}`
  const left = marksOf(cache).filter((other) => other === mark || !isRunning(other))
  if (left.length > 0) {
    for (const file of [cache, ...left]) discard(file)
    return false
  }
  try {
    fs.writeFileSync(mark, '', {flag: 'wx', mode: 0o600})
    process.on('exit', () => discard(mark))
  } catch {
    // a read-only or full disk: nothing can be removed from it either
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
    return [] // the first run, or no place to keep anything
  }
}

function isRunning(mark: string): boolean {
  try {
    return process.kill(Number(mark.slice(mark.lastIndexOf('-') + 1)), 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it is of another user
  }
}

// Never through a link, and never waiting for the writer of a FIFO.
const READING = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK

/** Code that somebody else may have put there is never run. */
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
    return undefined // the first run, or no place to keep anything
  }
}

function writeOwn(file: string, data: Buffer): void {
  const temporary = `${file}.${process.pid}`
  try {
    makeFolder(path.dirname(file))
    fs.writeFileSync(temporary, data, {flag: 'wx', flush: true, mode: 0o600})
    fs.renameSync(temporary, file)
  } catch {
    discard(temporary) // a read-only or full disk costs speed, never the run
  }
}

/** With those above it, as in account/state/private-file.ts. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return
  const parent = path.dirname(folder)
  if (parent !== folder) makeFolder(parent)
  fs.mkdirSync(folder, 0o700)
}

// Two versions may be in use side by side.
const OLD_MS = 24 * 60 * 60 * 1000

/** What other builds left, if they have not been used lately. */
function discardOthers(folder: string, build: string): void {
  try {
    for (const name of fs.readdirSync(folder)) {
      const file = path.join(folder, name)
      if (!name.startsWith(build) && Date.now() - fs.statSync(file).mtimeMs > OLD_MS) discard(file)
    }
  } catch {
    // another run was here first, or there is no folder
  }
}

function discard(file: string): void {
  try {
    fs.rmSync(file, {force: true})
  } catch {
    // where it cannot be, it is not: `force` forgives a missing file only, not a missing folder
  }
}
