/** XEP-0446: File metadata element <https://xmpp.org/extensions/xep-0446.html>, with the hash of XEP-0300 */
import {type Element, xml} from '../../xml.ts'

export const NS_METADATA = 'urn:xmpp:file:metadata:0'
const NS_HASHES = 'urn:xmpp:hashes:2'
const SHA256 = 'sha-256'

/** Values that the sender did not send are null. */
export interface FileMetadata {
  name: string | null
  /** In bytes. */
  size: number | null
  /** Media type. */
  type: string | null
  /** In hexadecimal. */
  sha256: string | null
}

export function buildMetadata({name, sha256, size, type}: FileMetadata): Element {
  const hash = sha256 === null ? undefined : Buffer.from(sha256, 'hex').toString('base64')
  return xml(
    'file',
    {xmlns: NS_METADATA},
    ...(type === null ? [] : [xml('media-type', {}, type)]),
    ...(name === null ? [] : [xml('name', {}, name)]),
    ...(size === null ? [] : [xml('size', {}, String(size))]),
    ...(hash === undefined ? [] : [xml('hash', {xmlns: NS_HASHES, algo: SHA256}, hash)]),
  )
}

/** Invalid values are null. */
export function parseMetadata(file: Element | undefined): FileMetadata {
  const text = (name: string): string | null => file?.getChildText(name)?.trim() || null
  return {
    name: text('name'),
    size: parseSize(text('size')),
    type: text('media-type'),
    sha256: parseSha256Hash(file?.getChildren('hash', NS_HASHES) ?? []),
  }
}

/** A number of bytes; null for any other value. */
export function parseSize(text: string | null): number | null {
  const size = /^\s*\d+\s*$/.test(text ?? '') ? Number(text) : Number.NaN
  return Number.isSafeInteger(size) ? size : null
}

export function parseSha256Hash(hashes: Element[]): string | null {
  const hash = hashes.find(({attrs}) => attrs.algo === SHA256)
  const bytes = Buffer.from(hash?.text().trim() ?? '', 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : null
}
