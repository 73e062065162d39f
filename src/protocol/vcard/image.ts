/** A picture of a person: small, and of a kind that clients show. */
import {EXIT, Failure} from '../../errors.ts'

export interface Image {
  /** Media type. */
  type: string
  data: Buffer
}

/** In Base64 it has to pass the stanza limits of servers: 256 KiB is what they are configured with. */
const MOST_BYTES = 128 * 1024

interface Kind {
  type: string
  /** @param head the first twelve bytes, as Latin-1 */
  begins(head: string): boolean
  /** What no whole picture of the kind is without, behind them. */
  has: string
}

const KINDS: readonly Kind[] = [
  {type: 'image/png', begins: (head) => head.startsWith('\x89PNG\r\n\x1a\n'), has: 'IEND'},
  {type: 'image/jpeg', begins: (head) => head.startsWith('\xff\xd8\xff'), has: '\xff\xd9'},
  {type: 'image/gif', begins: (head) => /^GIF8[79]a/.test(head), has: ';'},
  {type: 'image/webp', begins: (head) => /^RIFF.{4}WEBP/s.test(head), has: 'VP8'},
]

const kindOf = (data: Buffer): Kind | undefined =>
  KINDS.find(({begins}) => begins(data.toString('latin1', 0, 12)))

/** Looks at the content, not at a name. Throws `bad-photo` (65). */
export function checkImage(data: Buffer): Image {
  const kind = kindOf(data)
  if (!kind) throw badPhoto('The photo is no PNG, JPEG, GIF or WebP picture')
  if (!data.includes(kind.has, 6, 'latin1'))
    throw badPhoto(`The photo begins as ${kind.type} and ends before there is a picture`)
  if (data.length > MOST_BYTES)
    throw badPhoto(`The photo has ${data.length} bytes, and ${MOST_BYTES} is the most`)
  return {type: kind.type, data}
}

export const toDataUri = ({data, type}: Image): string =>
  `data:${type};base64,${data.toString('base64')}`

/** Undefined for a URI that only says where the picture is. Its type is that of the content, where that is known. */
export function fromDataUri(uri: string): Image | undefined {
  const [, type, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(uri) ?? []
  return type && base64 ? asPicture(Buffer.from(base64, 'base64'), type) : undefined
}

/** @param claimed the media type that goes with it, which somebody may have made up */
export const asPicture = (data: Buffer, claimed: string): Image => ({
  type: kindOf(data)?.type ?? claimed,
  data,
})

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/

/** The same URI with the type that its content has; a link as it is. Throws `bad-photo` (65) for what is no picture. */
export function checkPhotoUri(uri: string): string {
  if (!/^data:/i.test(uri)) return uri
  const [, base64] = /^data:[^,]*;base64,(.*)$/is.exec(uri.replaceAll(/\s/g, '')) ?? []
  if (!base64 || !BASE64.test(base64)) throw badPhoto('The Base64 of the photo is broken')
  return toDataUri(checkImage(Buffer.from(base64, 'base64')))
}

function badPhoto(problem: string): Failure {
  return new Failure('bad-photo', problem, EXIT.data, {
    hint: 'A square PNG of 96 to 256 pixels suits every client',
  })
}
