/** XEP-0231: Bits of Binary <https://xmpp.org/extensions/xep-0231.html>, as far as forms carry pictures */
import type {Element} from '../../xml.ts'

export const NS_BOB = 'urn:xmpp:bob'

export interface Bits {
  /** `algorithm+hash@bob.xmpp.org`, what a `cid:` URI names. */
  cid: string
  /** Media type. */
  type: string
  data: Buffer
}

export function parseBits(parent: Element): Bits[] {
  return parent.getChildren('data', NS_BOB).map((element) => ({
    cid: String(element.attrs.cid ?? ''),
    type: String(element.attrs.type ?? 'application/octet-stream'),
    data: Buffer.from(element.text(), 'base64'),
  }))
}
