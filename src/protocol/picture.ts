/** A picture of a person: small, and of a kind that clients show. */
import {EXIT, Failure} from '../errors.ts'

export interface Picture {
  /** Media type. */
  type: string
  data: Buffer
}

/** In Base64 it has to pass the stanza limits of servers: 256 KiB is what they are configured with. */
const MOST_BYTES = 128 * 1024

/** The media type that the first bytes tell. */
function typeOf(data: Buffer): string | undefined {
  const head = data.toString('latin1', 0, 12)
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'image/gif'
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : undefined
}

/** Looks at the content, not at a name. Throws `bad-photo` (65). */
export function checkPicture(data: Buffer): Picture {
  const type = typeOf(data)
  if (!type) throw badPhoto('The photo is no PNG, JPEG, GIF or WebP picture')
  if (data.length > MOST_BYTES)
    throw badPhoto(`The photo has ${data.length} bytes, and ${MOST_BYTES} is the most`)
  return {type, data}
}

export const toDataUri = ({data, type}: Picture): string =>
  `data:${type};base64,${data.toString('base64')}`

/** Undefined for a URI that only says where the picture is. */
export function fromDataUri(uri: string): Picture | undefined {
  const [, type, base64] = /^data:([^;,]+);base64,(.*)$/s.exec(uri) ?? []
  return type && base64 ? {type, data: Buffer.from(base64, 'base64')} : undefined
}

function badPhoto(problem: string): Failure {
  return new Failure('bad-photo', problem, EXIT.data, {
    hint: 'A square PNG of 96 to 256 pixels suits every client',
  })
}
