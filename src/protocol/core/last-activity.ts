/** XEP-0012: Last Activity <https://xmpp.org/extensions/xep-0012.html> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {malformedAnswer, payloadOf} from './unsupported.ts'

export const NS_LAST = 'jabber:iq:last'
const FEATURE = 'last activity (XEP-0012)'

/** Its meaning depends on the address: the idle time of a client, the time since a user left, the uptime of a server. */
export interface LastActivity {
  seconds: number
  /** The last status message of a user that is offline. */
  status: string | null
}

/** @param seconds since the last activity of the user */
export const buildLast = (seconds: number): Element =>
  xml('query', {xmlns: NS_LAST, seconds: String(Math.floor(seconds))})

/** Undefined without a valid number of seconds. */
export function parseLast(query: Element | undefined): LastActivity | undefined {
  const {seconds} = query?.attrs ?? {}
  if (!/^\d{1,10}$/.test(seconds ?? '')) return undefined
  return {seconds: Number(seconds), status: query?.text().trim() || null}
}

export async function getLastActivity(iq: Iq, to: string): Promise<LastActivity> {
  const answer = iq.get(xml('query', {xmlns: NS_LAST}), to)
  const last = parseLast(await payloadOf(answer, {to, namespace: NS_LAST, feature: FEATURE}))
  if (!last) throw malformedAnswer(to, FEATURE)
  return last
}
