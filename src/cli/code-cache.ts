/** V8's code cache for one script <https://nodejs.org/api/vm.html#scriptcreatecacheddata> */
import fs from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'
import vm from 'node:vm'

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
  const cachedData = unsealed(readOwn(cache))
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
  const target = {exports: {}}
  script.runInThisContext()(target.exports, createRequire(file), target, file, path.dirname(file))
  return target.exports
}

const SEAL_BYTES = 4

/** With a sum at its end: V8 runs what it is given, and damaged code ends the process without a word. */
function sealed(data: Buffer): Buffer {
  const seal = Buffer.alloc(SEAL_BYTES)
  seal.writeInt32LE(sumOf(data))
  return Buffer.concat([data, seal])
}

/** Undefined for what is not as it was written. */
function unsealed(file: Buffer | undefined): Buffer | undefined {
  if (!file || file.length < SEAL_BYTES) return undefined
  const data = file.subarray(0, -SEAL_BYTES)
  return file.readInt32LE(data.length) === sumOf(data) ? data : undefined
}

const STRIDE = 16

/** One word of every 16: files are damaged by blocks, and a sum over all of them takes ten times as long. */
function sumOf(data: Buffer): number {
  const words = new Int32Array(data.buffer, data.byteOffset, data.length >> 2)
  let sum = data.length
  for (let at = 0; at < words.length; at += STRIDE)
    sum = (Math.imul(sum, 31) + (words[at] ?? 0)) | 0
  return sum
}

/** Code that somebody else may have put there is never run. */
function readOwn(file: string): Buffer | undefined {
  try {
    const descriptor = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
    try {
      const {mode, uid} = fs.fstatSync(descriptor)
      if (uid !== process.getuid?.() || mode & 0o022) return undefined
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

/** With those above it, as in account/private-file.ts. */
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
