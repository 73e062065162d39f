/** XEP-0012: Last Activity <https://xmpp.org/extensions/xep-0012.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_LAST = 'jabber:iq:last'

/** @param seconds since the last activity of the user */
export const buildLast = (seconds: number): Element =>
  xml('query', {xmlns: NS_LAST, seconds: String(Math.floor(seconds))})
