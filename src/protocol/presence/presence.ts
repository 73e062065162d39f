/** RFC 6121 §4: Exchanging Presence Information <https://www.rfc-editor.org/rfc/rfc6121#section-4>, with the idle time of XEP-0319 and the photo hash of XEP-0153 */
import {EXIT, Failure} from '../../errors.ts'
import {type Element, xml} from '../../xml.ts'
import {NS_DELAY, parseTime} from '../core/delay.ts'
import {checkText} from '../core/text.ts'

const NS_IDLE = 'urn:xmpp:idle:1'
const NS_VCARD_UPDATE = 'vcard-temp:x:update'

/** From the most available to the least. */
export const SHOWS = ['chat', 'online', 'away', 'xa', 'dnd', 'offline'] as const

/** The values of §4.7.2.1, `online` for an available presence without a value, and `offline` for an unavailable one. */
export type Show = (typeof SHOWS)[number]

export interface OutgoingPresence {
  show?: Show | undefined
  status?: string | undefined
  /** Further texts by language tag (RFC 5646); `status` has no tag. */
  statuses?: Record<string, string> | undefined
  /** -128 to 127. With a negative priority, the server delivers only messages to the full JID. */
  priority?: number | undefined
  /** Directed presence to one JID (§4.6); without it, the server sends the presence to all subscribers. */
  to?: string | undefined
  /** XEP-0153 §2.2: SHA-1 of the picture in the vCard, in hexadecimal; empty for a vCard without one. */
  photoHash?: string | undefined
}

export interface Presence {
  /** The sender, usually a full JID. */
  jid: string
  resource: string | null
  show: Show
  /** The text without a language, or else the first one; null for a presence without a text. */
  status: string | null
  /** The texts with a language, by language tag. */
  statuses: Record<string, string>
  priority: number
  /** RFC 3339: when the presence was sent, if the server states it (XEP-0203). */
  since: string | null
  /** RFC 3339: the last activity of the user, if the client states it (XEP-0319). */
  idleSince: string | null
}

export function buildPresence(presence: OutgoingPresence = {}): Element {
  const {photoHash, priority, show = 'online', status, statuses = {}, to} = presence
  const shown = show === 'online' || show === 'offline' ? undefined : show
  const element = xml('presence', {to, type: show === 'offline' ? 'unavailable' : undefined})
  if (shown) element.append(xml('show', {}, shown))
  if (status) element.append(xml('status', {}, checkText(status, 'The status')))
  for (const [lang, text] of Object.entries(statuses))
    element.append(xml('status', {'xml:lang': lang}, checkText(text, 'The status')))
  if (priority !== undefined && show !== 'offline')
    element.append(xml('priority', {}, String(priority)))
  if (photoHash !== undefined)
    element.append(xml('x', {xmlns: NS_VCARD_UPDATE}, xml('photo', {}, checkHash(photoHash))))
  return element
}

function checkHash(hash: string): string {
  if (/^([\da-f]{40})?$/i.test(hash)) return hash.toLowerCase()
  throw new Failure('bad-photo-hash', `"${hash}" is not the hash of a photo`, EXIT.data, {
    hint: 'It has 40 hexadecimal digits, as sha1sum and vcard set --photo print it',
  })
}

/** @param stanza an available or unavailable presence. Values that the RFC does not define count as absent */
export function parsePresence(stanza: Element): Presence {
  const {from = '', type} = stanza.attrs as Record<string, string | undefined>
  const slash = from.indexOf('/')
  const texts = stanza.getChildren('status').map((status) => ({
    lang: status.attrs['xml:lang'] as string | undefined,
    text: status.text(),
  }))
  const plain = texts.find(({lang}) => !lang) ?? texts[0]
  return {
    jid: from,
    resource: slash === -1 ? null : from.slice(slash + 1),
    show: type === 'unavailable' ? 'offline' : knownShow(stanza.getChildText('show')),
    status: plain?.text || null,
    statuses: Object.fromEntries(texts.flatMap(({lang, text}) => (lang ? [[lang, text]] : []))),
    priority: knownPriority(stanza.getChildText('priority')),
    since: parseTime(stanza.getChild('delay', NS_DELAY)?.attrs.stamp) ?? null,
    idleSince: parseTime(stanza.getChild('idle', NS_IDLE)?.attrs.since) ?? null,
  }
}

/** §4.7.1: whether the stanza is an available or unavailable presence, and not a request or an error. */
export const isNotification = ({attrs: {type}, name}: Element): boolean =>
  name === 'presence' && (type === undefined || type === 'unavailable')

function knownShow(text: string | null): Show {
  const show = SHOWS.find((known) => known === text?.trim())
  return show === undefined || show === 'offline' ? 'online' : show
}

function knownPriority(text: string | null): number {
  const priority = Number(text)
  return Number.isInteger(priority) && priority >= -128 && priority <= 127 ? priority : 0
}
