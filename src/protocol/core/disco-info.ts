/** XEP-0030 §3: Discovering Information <https://xmpp.org/extensions/xep-0030.html#info> */
import {type Element, type Iq, xml} from '../../xml.ts'

export const NS_DISCO_INFO = 'http://jabber.org/protocol/disco#info'

export interface Identity {
  category: string
  type: string
  name: string | null
}

export interface DiscoInfo {
  identities: Identity[]
  features: string[]
}

export const buildInfoRequest = (node?: string): Element =>
  xml('query', {xmlns: NS_DISCO_INFO, node})

export function parseInfo(query: Element | undefined): DiscoInfo {
  const identities = query?.getChildren('identity', NS_DISCO_INFO) ?? []
  const features = query?.getChildren('feature', NS_DISCO_INFO) ?? []
  return {
    identities: identities.map(({attrs: {category = '', name = null, type = ''}}) => ({
      category,
      type,
      name,
    })),
    features: features.flatMap(({attrs}) => (attrs.var ? [attrs.var as string] : [])),
  }
}

/** The identities and the features of an entity. */
export async function getInfo(iq: Iq, to?: string, node?: string): Promise<DiscoInfo> {
  return parseInfo(await iq.get(buildInfoRequest(node), to))
}
