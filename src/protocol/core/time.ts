/** XEP-0202: Entity Time <https://xmpp.org/extensions/xep-0202.html> */
import {parseDateTime} from '../../date-time.ts'
import {type Element, type Iq, xml} from '../../xml.ts'
import {malformedAnswer, payloadOf} from './unsupported.ts'

export const NS_TIME = 'urn:xmpp:time'
const FEATURE = 'entity time (XEP-0202)'

export interface EntityTime {
  /** RFC 3339. */
  utc: string
  /** The offset of its time zone, such as +02:00. */
  tzo: string
  /** Whether the time has no fraction of a second, so the clock was less than a second past it. */
  wholeSeconds: boolean
}

export interface ComparedTime extends Pick<EntityTime, 'utc' | 'tzo'> {
  /**
   * Milliseconds that the clock of the entity is ahead of this computer's; negative if it is behind. 0 if the clocks can
   * agree: the delay of the network is not part of it.
   */
  skew: number
}

/** In UTC, so that the answer does not reveal the time zone of the user (§5). */
export function buildTime(now: Date): Element {
  const utc = now.toISOString().replace(/\.\d+Z$/, 'Z')
  return xml('time', {xmlns: NS_TIME}, xml('tzo', {}, '+00:00'), xml('utc', {}, utc))
}

/** Undefined without a valid time. */
export function parseTime(time: Element | undefined): EntityTime | undefined {
  const text = time?.getChildText('utc', NS_TIME)?.trim() ?? ''
  const utc = parseDateTime(text)
  const tzo = time?.getChildText('tzo', NS_TIME)?.trim() ?? ''
  if (!utc) return undefined
  const isOffset = /^[+-]\d\d:\d\d$/.test(tzo)
  return {utc, tzo: isOffset ? tzo : '+00:00', wholeSeconds: !/[.,]\d/.test(text)}
}

/** The difference between the time of an answer and the interval in which it was written. */
export function skewOf(
  {utc, wholeSeconds}: EntityTime,
  {received, sent}: {sent: number; received: number},
): number {
  const earliest = Date.parse(utc)
  const latest = earliest + (wholeSeconds ? 1000 : 0)
  if (earliest > received) return earliest - received
  return latest < sent ? latest - sent : 0
}

export async function getTime(iq: Iq, to: string): Promise<ComparedTime> {
  let sent = Date.now()
  const request = iq.get(xml('time', {xmlns: NS_TIME}), to, () => {
    sent = Date.now() // it may be written later, with the sign-in
  })
  let received = sent
  const answer = request.finally(() => {
    received = Date.now()
  })
  const payload = await payloadOf(answer, {to, namespace: NS_TIME, feature: FEATURE})
  const time = parseTime(payload)
  if (!time) throw malformedAnswer(to, FEATURE)
  return {utc: time.utc, tzo: time.tzo, skew: skewOf(time, {sent, received})}
}
