/** XEP-0115: Entity Capabilities <https://xmpp.org/extensions/xep-0115.html> */
import {createHash} from 'node:crypto'
import {type Element, xml} from '../../xml.ts'
import type {DiscoInfo} from './disco-info.ts'

export const NS_CAPS = 'http://jabber.org/protocol/caps'

/** §5.1: a hash of the identities and features of a client, so that other clients request them only once. */
export function verificationString({features, identities}: DiscoInfo): string {
  const names = identities.map(({category, name, type}) => `${category}/${type}//${name ?? ''}`)
  const parts = [...names.sort(byOctet), ...[...features].sort(byOctet)]
  return createHash('sha1')
    .update(parts.map((part) => `${part}<`).join(''))
    .digest('base64')
}

/** A child of a presence. */
export const buildCaps = (node: string, ver: string): Element =>
  xml('c', {xmlns: NS_CAPS, hash: 'sha-1', node, ver})

/** §5.1 requires the order i;octet of RFC 4790, which is that of the UTF-8 bytes. */
const byOctet = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
