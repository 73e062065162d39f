/** XEP-0363 §7: uploads one file into a slot <https://xmpp.org/extensions/xep-0363.html#upload> */
import {createHash} from 'node:crypto'
import {Readable} from 'node:stream'
import {EXIT, Failure} from '../../errors.ts'
import type {HttpClient} from '../../http.ts'
import type {UploadedFile, UploadSlot} from '../../protocol/file/http-upload.ts'
import {httpRefusal} from '../transfer/http-status.ts'

const NO_REDIRECT = 'An upload is not redirected (XEP-0363)'

export interface PutOptions {
  http: HttpClient
  signal: AbortSignal
  /** Called with the number of bytes that were sent, and with a negative number when they must be sent again. */
  onProgress(bytes: number): void
}

/** Resolves with the SHA-256 of the file, in hexadecimal, once the server has it. */
export async function putFile(
  file: UploadedFile,
  body: Readable,
  slot: UploadSlot,
  {http, onProgress, signal}: PutOptions,
): Promise<string> {
  const hash = createHash('sha256')
  let sent = 0
  const counted = exactly(body, file, (chunk) => {
    hash.update(chunk)
    sent += chunk.length
    onProgress(chunk.length)
  })
  try {
    const response = await http.request({
      method: 'PUT',
      url: slot.put,
      headers: {...slot.headers, 'content-type': file.type},
      body: {size: file.size, stream: Readable.from(counted, {objectMode: false})},
      signal,
    })
    response.body.on('error', () => {}).destroy() // the status is the whole answer
    const {status} = response
    if (status < 200 || status > 299)
      throw httpRefusal(response, `${slot.put.host} refused ${file.name}`, NO_REDIRECT)
    if (sent < file.size) throw earlyAnswer(slot.put)
  } catch (error) {
    if (await isStored(error, file, slot, {http, signal})) return hash.digest('hex')
    onProgress(-sent)
    throw error
  } finally {
    body.destroy()
  }
  return hash.digest('hex')
}

/** Throws (65) if the file does not have the size that the slot is for. */
async function* exactly(
  body: Readable,
  {name, size}: UploadedFile,
  onChunk: (chunk: Buffer) => void,
): AsyncGenerator<Buffer> {
  let left = size
  for await (const chunk of body as AsyncIterable<Buffer>) {
    left -= chunk.length
    if (left < 0) throw wrongSize(name, 'more', size)
    onChunk(chunk)
    yield chunk
  }
  if (left > 0) throw wrongSize(name, 'less', size)
}

const wrongSize = (name: string, than: 'more' | 'less', size: number): Failure =>
  new Failure('size-changed', `${name} has ${than} than ${size} bytes`, EXIT.data, {
    hint: 'Check --size, or wait until no other program writes the file',
  })

/** After a lost answer, the server is asked for the file, so that it is not stored twice. */
async function isStored(
  error: unknown,
  {size}: UploadedFile,
  {get}: UploadSlot,
  {http, signal}: Pick<PutOptions, 'http' | 'signal'>,
): Promise<boolean> {
  if (!(error instanceof Failure && error.isUnknownOutcome)) return false
  const response = await http.request({method: 'HEAD', url: get, signal}).catch(() => {
    throw error // the outcome is still unknown
  })
  response.body.destroy()
  const {headers, status} = response
  if (status === 200 && Number(headers['content-length'] ?? size) === size) return true
  if (status !== 404 && status !== 410 && status !== 403) throw error
  throw error.with({
    code: 'connection-lost',
    message: `${get.host} closed the connection and did not store the file`,
    exitCode: EXIT.temporary,
    hint: undefined,
  })
}

function earlyAnswer({host}: URL): Failure {
  const message = `${host} answered before it had the whole file`
  return new Failure('malformed-answer', message, EXIT.protocol, {stage: 'request'})
}
