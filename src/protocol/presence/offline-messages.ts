/** XEP-0013: Flexible Offline Message Retrieval <https://xmpp.org/extensions/xep-0013.html> */
import {Failure} from '../../errors.ts'
import {type Element, type Iq, xml} from '../../xml.ts'

const NS_OFFLINE = 'http://jabber.org/protocol/offline'
const NS_DISCO_ITEMS = 'http://jabber.org/protocol/disco#items'

/**
 * §2.2: after a request for the headers, the server delivers only the stored messages that the client requests. The
 * request must be sent before the initial presence.
 *
 * @returns false when the server does not support this
 */
export async function disableOfflineDelivery(iq: Iq): Promise<boolean> {
  try {
    await iq.get(xml('query', {xmlns: NS_DISCO_ITEMS, node: NS_OFFLINE}))
    return true
  } catch (error) {
    if (error instanceof Failure && error.stage === 'request' && error.condition) return false
    throw error
  }
}

/**
 * The server sends all stored messages again, and then answers. They stay stored: each has a node, by which it can be
 * removed.
 */
export async function fetchOfflineMessages(iq: Iq): Promise<void> {
  await iq.get(xml('offline', {xmlns: NS_OFFLINE}, xml('fetch')))
}

/** The node of a message that was sent on request. */
export const offlineNodeOf = (message: Element): string | undefined =>
  message.getChild('offline', NS_OFFLINE)?.getChild('item')?.attrs.node as string | undefined

/** The server deletes a message that it has sent on request. */
export async function removeOfflineMessage(iq: Iq, node: string): Promise<void> {
  await iq.set(xml('offline', {xmlns: NS_OFFLINE}, xml('item', {action: 'remove', node})))
}
