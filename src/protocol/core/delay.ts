/** XEP-0203: Delayed Delivery <https://xmpp.org/extensions/xep-0203.html>, times as XEP-0082 writes them; and XEP-0091, its predecessor */
import {parseDateTime} from '../../date-time.ts'
import type {Element} from '../../xml.ts'

export const NS_DELAY = 'urn:xmpp:delay'
/** XEP-0091, its predecessor, which old services still send. */
const NS_OLD_DELAY = 'jabber:x:delay'

/**
 * The time when a delayed stanza was sent: RFC 3339 in UTC. An invalid time counts as absent.
 *
 * @param by the addresses whose delay elements are trusted (§4): any sender can add such an element. The last one counts,
 * because servers append theirs
 */
export function parseDelay(parent: Element, by?: string[]): string | undefined {
  const isBy = ({attrs}: Element): boolean => !by || by.includes(attrs.from)
  const delay = parent.getChildren('delay', NS_DELAY).findLast(isBy)
  const old = parent.getChildren('x', NS_OLD_DELAY).findLast(isBy)
  return parseTime(delay?.attrs.stamp) ?? parseOldTime(old?.attrs.stamp)
}

/** `20020910T23:08:25`, in UTC. */
function parseOldTime(stamp: unknown): string | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2}:\d{2}:\d{2})$/.exec(String(stamp))
  return parts ? parseTime(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}Z`) : undefined
}

export const parseTime = (stamp: unknown): string | undefined =>
  typeof stamp === 'string' ? parseDateTime(stamp) : undefined
