/** Downloads a file by HTTPS, and checks it against its known size and hash. */
import {createHash} from 'node:crypto'
import type {FileHandle} from 'node:fs/promises'
import {cannotCreate} from '../../cli/files.ts'
import {EXIT, Failure} from '../../errors.ts'
import {type HttpClient, type HttpResponse, parseHttpsUrl} from '../../http.ts'
import {httpRefusal} from '../transfer/http-status.ts'

export interface ExpectedFile {
  /** In bytes. */
  size?: number | undefined
  /** In hexadecimal. */
  sha256?: string | undefined
}

export interface FetchOptions {
  http: HttpClient
  signal: AbortSignal
  expected: ExpectedFile
  /** A larger file is refused (65). */
  maxBytes?: number | undefined
  /** Called with the size that the server announces. */
  onStart?(size: number): Promise<void>
  onProgress?(bytes: number): void
}

export interface FetchedFile {
  size: number
  type: string | null
  sha256: string
}

/** @param write receives all chunks; the file is checked after it resolves */
export async function fetchFile(
  url: URL,
  options: FetchOptions,
  write: (chunks: AsyncIterable<Buffer>) => Promise<void>,
): Promise<FetchedFile> {
  const {expected, http, maxBytes = Number.POSITIVE_INFINITY, onProgress, onStart, signal} = options
  const response = await http.request({method: 'GET', url, signal})
  try {
    checkStatus(response, url)
    const announced = announcedSize(response)
    if (announced !== undefined) checkSize(announced, maxBytes, expected, url)
    await onStart?.(announced ?? 0)
    const hash = createHash('sha256')
    let size = 0
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        size += chunk.length
        if (size > maxBytes) throw fileTooLarge(url, maxBytes)
        hash.update(chunk)
        onProgress?.(chunk.length)
        yield chunk
      }
    }
    await write(counted())
    checkSize(size, maxBytes, expected, url)
    const sha256 = hash.digest('hex')
    if (expected.sha256 !== undefined && sha256 !== expected.sha256)
      throw mismatch(url, `the SHA-256 ${sha256}, not ${expected.sha256}`)
    return {size, sha256, type: response.headers['content-type'] ?? null}
  } finally {
    response.body.on('error', () => {}).destroy()
  }
}

/** Writes the file to the handle; throws `cannot-create` (73) if the disk is full, for example. */
export const fetchInto = (
  handle: FileHandle,
  url: URL,
  options: FetchOptions,
): Promise<FetchedFile> =>
  fetchFile(url, options, async (chunks) => {
    // `handle.write` can stop before the end of the chunk.
    for await (const chunk of chunks)
      await handle.writeFile(chunk).catch((cause) => {
        throw cannotCreate(`the file from ${url.host}`, cause)
      })
  })

/** Throws 65 for an address that cannot be downloaded, and 69 for an encrypted file. */
export function checkFileUrl(text: string): URL {
  if (/^aesgcm:/i.test(text))
    throw new Failure(
      'encrypted-file',
      'The file is encrypted end to end (OMEMO), and this program cannot decrypt it',
      EXIT.unavailable,
      {hint: 'Ask the sender for the file without encryption'},
    )
  const url = parseHttpsUrl(text)
  if (url) return url
  throw new Failure('bad-url', 'The address of a file begins with https://', EXIT.data, {
    hint: 'Files are downloaded by HTTPS only, and the address has no user name and password',
  })
}

function announcedSize({headers}: HttpResponse): number | undefined {
  const text = headers['content-length']
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function checkStatus(response: HttpResponse, url: URL): void {
  const {headers, status} = response
  if (status === 200) return
  const sentence = `${url.host} refused the download`
  if (status === 404 || status === 410)
    throw httpRefusal(response, sentence).with({code: 'not-found', exitCode: EXIT.noUser})
  const {location} = headers
  throw httpRefusal(
    response,
    sentence,
    location && URL.canParse(location, url.href)
      ? `The file may be at ${new URL(location, url)}`
      : undefined,
  )
}

function checkSize(size: number, maxBytes: number, expected: ExpectedFile, url: URL): void {
  if (expected.size !== undefined && size !== expected.size)
    throw mismatch(url, `${size} bytes, not ${expected.size}`)
  if (size > maxBytes) throw fileTooLarge(url, maxBytes)
}

const mismatch = ({host}: URL, what: string): Failure =>
  new Failure('file-mismatch', `The file from ${host} has ${what}`, EXIT.protocol, {
    stage: 'request',
    hint: 'It is not the file that the sender announced',
  })

export const fileTooLarge = ({host}: URL, limit: number): Failure =>
  new Failure('too-large', `The file from ${host} has more than ${limit} bytes`, EXIT.data, {
    stage: 'request',
  })
