/** XEP-0428: Fallback Indication <https://xmpp.org/extensions/xep-0428.html> */
import {type Element, xml} from '../xml.ts'

export const NS_FALLBACK = 'urn:xmpp:fallback:0'

/** The body is only for clients that do not know the protocol named. */
export const buildFallback = (namespace: string): Element =>
  xml('fallback', {xmlns: NS_FALLBACK, for: namespace})

/** Whether the whole body says in words what an element of this protocol says better. */
export function isFallback(message: Element, namespace: string): boolean {
  return message
    .getChildren('fallback', NS_FALLBACK)
    .some((fallback) => fallback.attrs.for === namespace && !fallback.getChild('body'))
}
