/** Saves the file at a URL, or prints it; with a progress bar. */
import {access, stat} from 'node:fs/promises'
import path from 'node:path'
import {cannotCreate} from '../../cli/files.ts'
import {writeOut} from '../../cli/stdout.ts'
import {chunksOf, newTemporary} from '../../cli/temporary-file.ts'
import {type ProgressBar, startByteProgress} from '../../cli/terminal/progress.ts'
import {EXIT, Failure} from '../../errors.ts'
import {type FetchedFile, type FetchOptions, fetchInto} from './fetch-file.ts'
import {fileNameOf} from './file-name.ts'
import {saveNew} from './new-file.ts'

export type SaveOptions = Pick<FetchOptions, 'expected' | 'http' | 'signal'> & {
  showProgress: boolean
}

/** The file to create, in `output` if that is a folder. Throws 73 if it exists, or if the URL has no safe name for it. */
export async function chooseTarget(url: URL, output: string | undefined): Promise<string> {
  const file = output === undefined || (await isFolder(output)) ? fileIn(output, url) : output
  const isFree = await access(file).then(
    () => false,
    () => true,
  )
  if (!isFree) throw cannotCreate(file, Object.assign(new Error(), {code: 'EEXIST'}))
  return file
}

const isFolder = (name: string): Promise<boolean> =>
  stat(name).then(
    (stats) => stats.isDirectory(),
    () => false,
  )

function fileIn(folder: string | undefined, url: URL): string {
  const name = fileNameOf(url)
  if (name !== undefined) return path.join(folder ?? '', name)
  throw new Failure('cannot-create', 'The URL has no safe file name', EXIT.cannotCreate, {
    hint: 'Name the file with --output FILE',
  })
}

export function saveUrl(url: URL, file: string, options: SaveOptions): Promise<FetchedFile> {
  return withProgress(options, async (fetching) => {
    const {base, dir} = path.parse(file)
    const nameFor = (serial: number): string | undefined => (serial === 0 ? base : undefined)
    const saved = await saveNew(dir || '.', nameFor, (handle) => fetchInto(handle, url, fetching))
    return saved.result
  })
}

/** The file is printed when it is complete and checked. */
export async function printUrl(url: URL, options: SaveOptions): Promise<FetchedFile> {
  const handle = await newTemporary()
  try {
    const fetched = await withProgress(options, (fetching) => fetchInto(handle, url, fetching))
    for await (const chunk of chunksOf(handle)) await writeOut(chunk)
    return fetched
  } finally {
    await handle.close()
  }
}

async function withProgress<T>(
  {showProgress, ...options}: SaveOptions,
  use: (fetching: FetchOptions) => Promise<T>,
): Promise<T> {
  let bar: ProgressBar | undefined
  const starting = async (size: number): Promise<void> => {
    bar = await startByteProgress(size, showProgress)
  }
  try {
    return await use({...options, onStart: starting, onProgress: (bytes) => bar?.step(bytes)})
  } finally {
    bar?.stop()
  }
}
