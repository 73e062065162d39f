/** XEP-0030 §4: Discovering Items <https://xmpp.org/extensions/xep-0030.html#items> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {payloadOf} from './unsupported.ts'

export const NS_DISCO_ITEMS = 'http://jabber.org/protocol/disco#items'
const FEATURE = 'service discovery (XEP-0030)'

export interface DiscoItem {
  jid: string
  node: string | null
  name: string | null
}

export const buildItemsRequest = (node?: string): Element =>
  xml('query', {xmlns: NS_DISCO_ITEMS, node})

/** Items without a JID are skipped: it is required (§4.1). */
export function parseDiscoItems(query: Element | undefined): DiscoItem[] {
  const items = query?.getChildren('item', NS_DISCO_ITEMS) ?? []
  return items.flatMap(({attrs: {jid, name, node}}) =>
    jid
      ? [{jid: String(jid), node: node ? String(node) : null, name: name ? String(name) : null}]
      : [],
  )
}

export async function getDiscoItems(iq: Iq, to: string, node?: string): Promise<DiscoItem[]> {
  const answer = iq.get(buildItemsRequest(node), to)
  return parseDiscoItems(await payloadOf(answer, {to, namespace: NS_DISCO_ITEMS, feature: FEATURE}))
}

export const buildItems = (items: DiscoItem[], node?: string): Element =>
  xml(
    'query',
    {xmlns: NS_DISCO_ITEMS, node},
    ...items.map(({jid, name, node}) =>
      xml('item', {jid, node: node ?? undefined, name: name ?? undefined}),
    ),
  )
