/** XEP-0363: HTTP File Upload <https://xmpp.org/extensions/xep-0363.html> */
import {parseDateTime} from '../../date-time.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseHttpsUrl} from '../../http.ts'
import {type Element, type Iq, StanzaError, xml} from '../../xml.ts'
import {type DiscoForm, getExtendedInfo} from '../core/disco-forms.ts'
import {getDiscoItems} from '../core/disco-items.ts'
import {malformedAnswer, payloadOf} from '../core/unsupported.ts'
import {parseSize} from '../message/file-metadata.ts'

export const NS_UPLOAD = 'urn:xmpp:http:upload:0'
const FEATURE = 'file upload (XEP-0363)'

export interface UploadService {
  jid: string
  /** The largest size of a file in bytes; null if the service announces no limit. */
  maxBytes: number | null
}

/** A file as the service sees it before the upload. */
export interface UploadedFile {
  name: string
  size: number
  type: string
}

/** Unknown values of a file that was not uploaded are null. */
export interface UploadResult {
  name: string
  url: string | null
  size: number | null
  type: string | null
  /** In hexadecimal. */
  sha256: string | null
  error: Failure | null
}

export const failedUpload = (name: string, error: Failure): UploadResult => ({
  ...{name, url: null, size: null, type: null, sha256: null},
  error,
})

export interface UploadSlot {
  put: URL
  get: URL
  /** For the upload request: names in lower case, the values of each in order. */
  headers: Record<string, string[]>
}

/** The limit in the form of a service; null if it announces none. */
export function parseUploadLimit(forms: DiscoForm[]): number | null {
  const fields = forms.find(({type}) => type === NS_UPLOAD)?.fields ?? []
  return parseSize(fields.find(({name}) => name === 'max-file-size')?.values[0] ?? null)
}

/** The first service of a server (§3). Throws `no-upload-service` (69) if it has none. */
export async function findUploadService(iq: Iq, server: string): Promise<UploadService> {
  const items = await getDiscoItems(iq, server)
  const jids = [...new Set(items.filter(({node}) => node === null).map(({jid}) => jid))]
  const services = await Promise.all(jids.map((jid) => readService(iq, jid)))
  const service = services.find((found) => found !== undefined)
  if (service) return service
  throw new Failure(
    'no-upload-service',
    `${server} lists no service for ${FEATURE}`,
    EXIT.unavailable,
    {stage: 'request', hint: 'Ask the operator of the server to enable it'},
  )
}

/** An item of a server may be a component that is offline: its error reply means that it accepts no files now. */
async function readService(iq: Iq, jid: string): Promise<UploadService | undefined> {
  try {
    const {features, forms} = await getExtendedInfo(iq, jid)
    if (!features.includes(NS_UPLOAD)) return undefined
    return {jid, maxBytes: parseUploadLimit(forms)}
  } catch (error) {
    if (error instanceof Failure && (error.condition || error.code === 'malformed-answer'))
      return undefined
    throw error
  }
}

export const buildSlotRequest = ({name, size, type}: UploadedFile): Element =>
  xml('request', {xmlns: NS_UPLOAD, filename: name, size: String(size), 'content-type': type})

/** The headers that a service may set (§4). */
const HEADERS = ['authorization', 'cookie', 'expires']

/** Undefined for a slot without two addresses of kind `https:`. */
export function parseSlot(slot: Element): UploadSlot | undefined {
  const put = slot.getChild('put', NS_UPLOAD)
  const urls = [put, slot.getChild('get', NS_UPLOAD)].map((child) =>
    parseHttpsUrl(String(child?.attrs.url ?? '')),
  )
  const [putUrl, getUrl] = urls
  if (!put || !putUrl || !getUrl) return undefined
  return {put: putUrl, get: getUrl, headers: parseHeaders(put)}
}

/** Line breaks are removed (§9.2), so that a value cannot add a header. A value with other control characters is ignored. */
function parseHeaders(put: Element): UploadSlot['headers'] {
  const headers: UploadSlot['headers'] = {}
  for (const header of put.getChildren('header', NS_UPLOAD)) {
    const name = String(header.attrs.name ?? '')
      .replaceAll(/[\r\n]/g, '')
      .toLowerCase()
    const value = header.text().replaceAll(/[\r\n]/g, '')
    if (!HEADERS.includes(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue
    headers[name] = [...(headers[name] ?? []), value]
  }
  return headers
}

/** Requests the two addresses of a file. Throws `too-large` (65), and with `retryAfter` if the service named a time. */
export async function requestSlot(
  iq: Iq,
  service: string,
  file: UploadedFile,
): Promise<UploadSlot> {
  const answer = iq.get(buildSlotRequest(file), service).catch((error: unknown) => {
    throw error instanceof StanzaError ? slotFailure(error, service, file) : error
  })
  const payload = await payloadOf(answer, {to: service, namespace: NS_UPLOAD, feature: FEATURE})
  const slot = parseSlot(payload)
  if (!slot) throw malformedAnswer(service, FEATURE)
  return slot
}

/** The errors that §6 defines. */
function slotFailure(failure: StanzaError, service: string, file: UploadedFile): Failure {
  const tooLarge = failure.error?.getChild('file-too-large', NS_UPLOAD)
  if (tooLarge) {
    const limit = parseSize(tooLarge.getChildText('max-file-size'))
    const {condition, text} = failure
    return fileTooLarge(file, {jid: service, maxBytes: limit}).with({condition, text})
  }
  const stamp: unknown = failure.error?.getChild('retry', NS_UPLOAD)?.attrs.stamp
  const retryAfter = typeof stamp === 'string' ? parseDateTime(stamp) : undefined
  if (retryAfter === undefined) return failure
  const hint = `Try again after ${retryAfter}`
  return failure.with({exitCode: EXIT.temporary, retryAfter, hint})
}

export const TOO_LARGE_HINT = 'Compress the file or split it'

export function fileTooLarge({name, size}: UploadedFile, {jid, maxBytes}: UploadService): Failure {
  const limit = maxBytes === null ? 'less' : `at most ${maxBytes} bytes`
  const message = `${name} has ${size} bytes, and ${jid} accepts ${limit}`
  return new Failure('too-large', message, EXIT.data, {
    stage: 'request',
    hint: TOO_LARGE_HINT,
  })
}
