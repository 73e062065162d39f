/** XEP-0060 and XEP-0163: reading and publishing items of an account's nodes <https://xmpp.org/extensions/xep-0163.html> */
import {Failure} from '../../errors.ts'
import {type Element, type Iq, xml} from '../../xml.ts'

export const NS_PUBSUB = 'http://jabber.org/protocol/pubsub'
const NS_DATA = 'jabber:x:data'
const PUBLISH_OPTIONS = `${NS_PUBSUB}#publish-options`

export interface Item {
  id: string
  payload: Element | undefined
}

/** The access model of a new node; an existing node keeps its own. */
export type Access = 'open' | 'presence' | 'whitelist'

export function buildItemsRequest(node: string, id?: string): Element {
  const item = id === undefined ? [] : [xml('item', {id})]
  const max = id === undefined ? '1' : undefined
  return xml('pubsub', {xmlns: NS_PUBSUB}, xml('items', {node, max_items: max}, ...item))
}

export function buildPublish(node: string, {id, payload}: Item, access?: Access): Element {
  const item = xml('item', {id}, ...(payload ? [payload] : []))
  const pubsub = xml('pubsub', {xmlns: NS_PUBSUB}, xml('publish', {node}, item))
  if (access)
    pubsub.append(
      xml(
        'publish-options',
        {},
        xml(
          'x',
          {xmlns: NS_DATA, type: 'submit'},
          xml('field', {var: 'FORM_TYPE', type: 'hidden'}, xml('value', {}, PUBLISH_OPTIONS)),
          xml('field', {var: 'pubsub#access_model'}, xml('value', {}, access)),
        ),
      ),
    )
  return pubsub
}

export function parseItems(pubsub: Element | undefined): Item[] {
  const items = pubsub?.getChild('items')?.getChildren('item') ?? []
  return items.map((item) => ({id: item.attrs.id ?? '', payload: item.getChildElements()[0]}))
}

/** The newest item of a node, or the item with the id; undefined when it does not exist or is not visible to this account. */
export async function getItem(
  iq: Iq,
  node: string,
  {id, to}: {id?: string; to?: string | undefined} = {},
): Promise<Item | undefined> {
  try {
    return parseItems(await iq.get(buildItemsRequest(node, id), to)).at(0)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

const ABSENT = [
  'item-not-found',
  'feature-not-implemented',
  'service-unavailable',
  'not-authorized',
  'forbidden',
  'closed-node',
]

/**
 * Servers use different conditions for an item that does not exist, and some do not reveal whether it exists. A failed
 * sign-in has the same conditions but a different stage.
 */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Failure && error.stage === 'request' && ABSENT.includes(error.condition ?? '')

export async function publish(iq: Iq, node: string, item: Item, access: Access): Promise<void> {
  try {
    await iq.set(buildPublish(node, item, access))
  } catch (error) {
    // XEP-0060 §7.1.5: the node exists with another access model, which the user has chosen.
    if (!(error instanceof Failure) || error.condition !== 'conflict') throw error
    await iq.set(buildPublish(node, item))
  }
}
