/** XEP-0202: Entity Time <https://xmpp.org/extensions/xep-0202.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_TIME = 'urn:xmpp:time'

/** In UTC, so that the answer does not reveal the time zone of the user (§5). */
export function buildTime(now: Date): Element {
  const utc = now.toISOString().replace(/\.\d+Z$/, 'Z')
  return xml('time', {xmlns: NS_TIME}, xml('tzo', {}, '+00:00'), xml('utc', {}, utc))
}
