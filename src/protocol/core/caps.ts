/** XEP-0115: Entity Capabilities <https://xmpp.org/extensions/xep-0115.html> */
import {createHash} from 'node:crypto'
import {type Element, xml} from '../../xml.ts'
import type {DiscoInfo} from './disco-info.ts'

export const NS_CAPS = 'http://jabber.org/protocol/caps'

/** §5.1: one short string for all that a client is and can do, so that others ask for it once. */
export function verificationString({features, identities}: DiscoInfo): string {
  const who = identities.map(({category, name, type}) => `${category}/${type}//${name ?? ''}`)
  const parts = [...who.sort(byOctet), ...[...features].sort(byOctet)]
  return createHash('sha1')
    .update(parts.map((part) => `${part}<`).join(''))
    .digest('base64')
}

/** Inside a presence. */
export const buildCaps = (node: string, ver: string): Element =>
  xml('c', {xmlns: NS_CAPS, hash: 'sha-1', node, ver})

/** §5.1 asks for the order of RFC 4790 i;octet, which is that of UTF-8. */
const byOctet = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
