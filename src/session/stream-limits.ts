/** XEP-0478: Stream Limits Advertisement <https://xmpp.org/extensions/xep-0478.html> */
import type {Element} from '../xml.ts'

const NS_LIMITS = 'urn:xmpp:stream-limits:0'

/** The most bytes that the server takes as one stanza; undefined where it does not say. */
export function parseMaxBytes(features: Element): number | undefined {
  const text = features.getChild('limits', NS_LIMITS)?.getChildText('max-bytes') ?? ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}
