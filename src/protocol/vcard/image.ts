/** Photos and avatars: small images in formats that clients display. */
import {EXIT, Failure} from '../../errors.ts'

export interface Image {
  /** Media type. */
  type: string
  data: Buffer
}

/** In Base64 the image must fit into a stanza; servers commonly limit stanzas to 256 KiB. */
const MOST_BYTES = 128 * 1024

interface ImageFormat {
  type: string
  /** @param head the first twelve bytes, as Latin-1 */
  matches(head: string): boolean
  /** Bytes that every complete image has after the head. */
  marker: string
}

const FORMATS: readonly ImageFormat[] = [
  {type: 'image/png', matches: (head) => head.startsWith('\x89PNG\r\n\x1a\n'), marker: 'IEND'},
  {type: 'image/jpeg', matches: (head) => head.startsWith('\xff\xd8\xff'), marker: '\xff\xd9'},
  {type: 'image/gif', matches: (head) => /^GIF8[79]a/.test(head), marker: ';'},
  {type: 'image/webp', matches: (head) => /^RIFF.{4}WEBP/s.test(head), marker: 'VP8'},
]

const formatOf = (data: Buffer): ImageFormat | undefined =>
  FORMATS.find(({matches}) => matches(data.toString('latin1', 0, 12)))

/** Detects the format from the content. Throws `bad-photo` (65). */
export function checkImage(data: Buffer): Image {
  const format = formatOf(data)
  if (!format) throw badPhoto('The photo is not a PNG, JPEG, GIF or WebP image')
  if (!data.includes(format.marker, 6, 'latin1'))
    throw badPhoto(`The photo is an incomplete ${format.type} file`)
  if (data.length > MOST_BYTES)
    throw badPhoto(`The photo has ${data.length} bytes; the maximum is ${MOST_BYTES}`)
  return {type: format.type, data}
}

export const toDataUri = ({data, type}: Image): string =>
  `data:${type};base64,${data.toString('base64')}`

/** Undefined for a link. The type is that of the content, if its format is known. */
export function fromDataUri(uri: string): Image | undefined {
  const [, type, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(uri) ?? []
  return type && base64 ? toImage(Buffer.from(base64, 'base64'), type) : undefined
}

/** @param claimed the media type that was sent with the data; used only for unknown formats */
export const toImage = (data: Buffer, claimed: string): Image => ({
  type: formatOf(data)?.type ?? claimed,
  data,
})

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/

/** Corrects the media type of a data URI; a link is returned unchanged. Throws `bad-photo` (65) for other content. */
export function checkPhotoUri(uri: string): string {
  if (!/^data:/i.test(uri)) return uri
  const [, base64] = /^data:[^,]*;base64,(.*)$/is.exec(uri.replaceAll(/\s/g, '')) ?? []
  if (!base64 || !BASE64.test(base64)) throw badPhoto('The photo is not valid Base64')
  return toDataUri(checkImage(Buffer.from(base64, 'base64')))
}

function badPhoto(problem: string): Failure {
  return new Failure('bad-photo', problem, EXIT.data, {
    hint: 'Use a square PNG of 96 to 256 pixels, which every client displays',
  })
}
