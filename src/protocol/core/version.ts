/** XEP-0092: Software Version <https://xmpp.org/extensions/xep-0092.html> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {payloadOf} from './unsupported.ts'

export const NS_VERSION = 'jabber:iq:version'

export interface SoftwareVersion {
  name: string | null
  version: string | null
  os: string | null
}

/** Without the operating system, which would help attackers (§5). */
export const buildVersion = (name: string, version: string): Element =>
  xml('query', {xmlns: NS_VERSION}, xml('name', {}, name), xml('version', {}, version))

export function parseVersion(query: Element | undefined): SoftwareVersion {
  const text = (name: string): string | null =>
    query?.getChildText(name, NS_VERSION)?.trim() || null
  return {name: text('name'), version: text('version'), os: text('os')}
}

export async function getVersion(iq: Iq, to: string): Promise<SoftwareVersion> {
  const answer = iq.get(xml('query', {xmlns: NS_VERSION}), to)
  const feature = 'software version (XEP-0092)'
  return parseVersion(await payloadOf(answer, {to, namespace: NS_VERSION, feature}))
}
