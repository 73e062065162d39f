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
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import {crc32} from 'node:zlib'
import {EXIT} from '../../errors.ts'

export interface Cache {
  folder: string
  /** Identifies the source: V8 compares only its length. */
  build: string
  /** The kind of run: others use other functions of the source. */
  part: string
}

/** What a run leaves for the next one of its kind. */
export interface CachedCode {
  /** The numbers of the chunks that a run needed. */
  chunks: number[]
  /** The compiled code of the script of these chunks, if one was compiled. */
  code?: Buffer | undefined
}

/** What an earlier run has left; undefined if there is nothing, or if it cannot be trusted. */
export function readCode(of: Cache): CachedCode | undefined {
  const file = fileOf(of)
  markUsed(path.dirname(file))
  return decode(readOwn(file))
}

/** Calls `get` when the run ends, and writes what it returns. If the folder cannot be written, the next start is slower. */
export function saveCodeAtExit(of: Cache, get: () => CachedCode | undefined): void {
  process.on('exit', (status) => {
    // A run that failed has compiled only some of the functions that a successful one needs.
    const cached = isFailure(status) ? undefined : get()
    if (!cached) return
    writeOwn(fileOf(of), encode(cached))
    discardOthers(of.folder, of.build)
  })
}

const isFailure = (status: number): boolean =>
  status === EXIT.usage || (status >= EXIT.data && status <= EXIT.config)

const fileOf = ({build, folder, part}: Cache): string =>
  path.join(folder, `${build}-${process.version}-${process.arch}`, part)

const SUM_BYTES = 4

/** The code, a line with the chunks, and a checksum: V8 does not check the code, and damaged code crashes the process. */
function encode({chunks, code = Buffer.alloc(0)}: CachedCode): Buffer {
  const data = Buffer.concat([code, Buffer.from(`\n${JSON.stringify(chunks)}`)])
  const sum = Buffer.alloc(SUM_BYTES)
  sum.writeUInt32LE(crc32(data))
  return Buffer.concat([data, sum])
}

/** Undefined if the checksum is wrong. */
function decode(file: Buffer | undefined): CachedCode | undefined {
  if (!file || file.length < SUM_BYTES) return undefined
  const data = file.subarray(0, -SUM_BYTES)
  if (file.readUInt32LE(data.length) !== crc32(data)) return undefined
  const end = data.lastIndexOf('\n')
  const chunks = JSON.parse(data.toString('latin1', end + 1)) as number[]
  return {chunks, code: end > 0 ? data.subarray(0, end) : undefined}
}

const DAY_MS = 24 * 60 * 60 * 1000

const ageOf = (file: string): number => Date.now() - statSync(file).mtimeMs

/** The time of the folder is that of the last run, to a day: most runs write nothing. */
function markUsed(folder: string): void {
  const now = new Date()
  try {
    if (ageOf(folder) > DAY_MS) utimesSync(folder, now, now)
  } catch {
    // the first run, or a read-only disk
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

/** Deletes the code of other builds, except of those that were used within a day: two versions may be in use. */
function discardOthers(folder: string, build: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const other = path.join(folder, name)
      if (!name.startsWith(build) && ageOf(other) > 2 * DAY_MS) discard(other)
    }
  } catch {
    // another run deleted it, or there is no folder
  }
}

function discard(file: string): void {
  try {
    rmSync(file, {force: true, recursive: true})
  } catch {
    // on a read-only disk it stays
  }
}
