/** XEP-0203: Delayed Delivery <https://xmpp.org/extensions/xep-0203.html>, times as XEP-0082 writes them */
import type {Element} from '../xml.ts'

export const NS_DELAY = 'urn:xmpp:delay'

/**
 * When it was sent, if it waited on the way: RFC 3339 in UTC. What is no time counts as absent.
 *
 * @param by who may say so (§4): anybody can write such an element, and who adds one on the way adds it behind the others
 */
export function parseDelay(parent: Element, by?: string[]): string | undefined {
  const delays = parent.getChildren('delay', NS_DELAY)
  return parseTime(delays.findLast(({attrs}) => !by || by.includes(attrs.from))?.attrs.stamp)
}

export function parseTime(stamp: unknown): string | undefined {
  const date = new Date(typeof stamp === 'string' ? stamp : Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
