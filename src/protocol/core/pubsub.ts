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

/** Options of a node (§16.4.3), by name without the prefix `pubsub#`. */
export type NodeOptions = Record<string, string>

export function buildItemsRequest(node: string, id?: string): Element {
  const item = id === undefined ? [] : [xml('item', {id})]
  const max = id === undefined ? '1' : undefined
  return xml('pubsub', {xmlns: NS_PUBSUB}, xml('items', {node, max_items: max}, ...item))
}

/** @param options which the node gets if it is new, and must have if it exists (§7.1.5) */
export function buildPublish(node: string, {id, payload}: Item, options?: NodeOptions): Element {
  const item = xml('item', {id}, ...(payload ? [payload] : []))
  const pubsub = xml('pubsub', {xmlns: NS_PUBSUB}, xml('publish', {node}, item))
  if (options) pubsub.append(xml('publish-options', {}, buildOptions(options)))
  return pubsub
}

function buildOptions(options: NodeOptions): Element {
  const fields = Object.entries(options).map(([name, value]) =>
    xml('field', {var: `pubsub#${name}`}, xml('value', {}, value)),
  )
  const type = xml('field', {var: 'FORM_TYPE', type: 'hidden'}, xml('value', {}, PUBLISH_OPTIONS))
  return xml('x', {xmlns: NS_DATA, type: 'submit'}, type, ...fields)
}

/** §7.2: removes an item, and notifies the other clients of the account. */
export function buildRetract(node: string, id: string): Element {
  const retract = xml('retract', {node, notify: 'true'}, xml('item', {id}))
  return xml('pubsub', {xmlns: NS_PUBSUB}, retract)
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

/** All items of a node of this account; none if the node does not exist. */
export async function getItems(iq: Iq, node: string): Promise<Item[]> {
  try {
    const items = xml('items', {node})
    return parseItems(await iq.get(xml('pubsub', {xmlns: NS_PUBSUB}, items)))
  } catch (error) {
    if (isAbsent(error)) return []
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
    await publishWith(iq, node, item, {access_model: access})
  } catch (error) {
    if (!hasOtherOptions(error)) throw error // the user has chosen the access model of the node
    await iq.set(buildPublish(node, item))
  }
}

/**
 * Throws what `hasOtherOptions` recognises if the node exists with other options. A server that could not create a new node
 * has stored nothing, and can do it the next time: so does ejabberd when two nodes are created at once.
 */
export async function publishWith(
  iq: Iq,
  node: string,
  item: Item,
  options: NodeOptions,
): Promise<void> {
  try {
    await iq.set(buildPublish(node, item, options))
  } catch (error) {
    if (!(error instanceof Failure) || error.condition !== 'item-not-found') throw error
    await iq.set(buildPublish(node, item, options))
  }
}

/** §7.1.5: whether a node exists and does not have the options of a request to publish. */
export const hasOtherOptions = (error: unknown): boolean =>
  error instanceof Failure && error.condition === 'conflict'
