/** The files to upload: their names, types and sizes, and their bytes, also for a second attempt. */
import {type FileHandle, open, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {addAbortSignal, Readable} from 'node:stream'
import {openStdin, STDIN} from '../../cli/stdin.ts'
import {
  CHUNK_BYTES,
  cannotCreateTemporary,
  chunksOf,
  newTemporary,
} from '../../cli/temporary-file.ts'
import {Failure} from '../../errors.ts'
import {cannotRead, checkReadable, notReadable, openPipe} from '../../read-file.ts'
import {forbiddenAt} from '../../xml.ts'
import {mediaTypeOf} from './media-type.ts'

export interface UploadSource {
  name: string
  type: string
  /** In bytes; of a file, the size that it has now. */
  size(): Promise<number>
  /** The bytes from the first on. */
  open(): Promise<Readable>
  /** Whether it can be opened again. */
  isRepeatable: boolean
  close(): Promise<void>
}

export interface SourceOptions {
  name: string | undefined
  type: string | undefined
  /** The size of standard input. */
  size: number | undefined
}

export const DEFAULT_OPTIONS: SourceOptions = {name: undefined, type: undefined, size: undefined}

/**
 * Checks that all files can be read (66), and copies standard input and FIFOs into temporary files, since a slot is
 * requested for an exact size. Closes them when `use` has ended.
 */
export async function withSources<T>(
  files: string[],
  options: SourceOptions,
  signal: AbortSignal,
  use: (sources: UploadSource[]) => Promise<T>,
): Promise<T> {
  const sources: UploadSource[] = []
  try {
    for (const file of files) sources.push(await openSource(file, options, signal))
    return await use(sources)
  } finally {
    await Promise.all(sources.map((source) => source.close()))
  }
}

async function openSource(
  file: string,
  options: SourceOptions,
  signal: AbortSignal,
): Promise<UploadSource> {
  const name = options.name ?? (file === '-' ? 'stdin' : cleanName(path.basename(file)))
  const described = {name, type: options.type ?? mediaTypeOf(name)}
  if (file === '-') {
    if (options.size !== undefined) return streamSource(described, openStdin(), options.size)
    return spool(described, openStdin(), signal, STDIN)
  }
  try {
    const stats = await checkReadable(file)
    if (stats.isFile()) return fileSource(described, file)
    if (stats.isFIFO()) return await spool(described, await openPipe(file), signal)
    throw notReadable()
  } catch (error) {
    throw error instanceof Failure ? error : cannotRead(file, error as NodeJS.ErrnoException)
  }
}

/** XML cannot have some of the characters that a file name can have. */
function cleanName(name: string): string {
  return Array.from(name, (character) => (forbiddenAt(character) < 0 ? character : '_')).join('')
}

type Described = Pick<UploadSource, 'name' | 'type'>

function fileSource(described: Described, file: string): UploadSource {
  const opened = (): Promise<FileHandle> =>
    open(file).catch((cause) => {
      throw cannotRead(file, cause)
    })
  return {
    ...described,
    isRepeatable: true,
    async size() {
      const handle = await opened()
      const {size} = await handle.stat().finally(() => handle.close())
      return size
    },
    open: async () => (await opened()).createReadStream({highWaterMark: CHUNK_BYTES}),
    close: async () => {},
  }
}

const streamSource = (described: Described, stream: Readable, size: number): UploadSource => ({
  ...described,
  isRepeatable: false,
  size: async () => size,
  open: async () => stream,
  close: async () => void stream.destroy(),
})

async function spool(
  described: Described,
  stream: Readable,
  signal: AbortSignal,
  what = described.name,
): Promise<UploadSource> {
  const handle = await newTemporary()
  try {
    let failed: NodeJS.ErrnoException | undefined
    stream.once('error', (error) => {
      failed = error
    })
    await writeFile(handle, addAbortSignal(signal, stream)).catch((error) => {
      signal.throwIfAborted()
      throw failed ? cannotRead(what, failed) : cannotCreateTemporary(error)
    })
    const {size} = await handle.stat()
    return temporarySource(described, handle, size)
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** The bytes of a temporary file, which is closed with the source. */
export const temporarySource = (
  described: Described,
  handle: FileHandle,
  size: number,
): UploadSource => ({
  ...described,
  isRepeatable: true,
  size: async () => size,
  open: async () => Readable.from(chunksOf(handle), {objectMode: false}),
  close: () => handle.close(),
})
