/** XEP-0092: Software Version <https://xmpp.org/extensions/xep-0092.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_VERSION = 'jabber:iq:version'

/** Without the operating system, which would help attackers (§5). */
export const buildVersion = (name: string, version: string): Element =>
  xml('query', {xmlns: NS_VERSION}, xml('name', {}, name), xml('version', {}, version))
