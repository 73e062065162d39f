/** XEP-0013: Flexible Offline Message Retrieval <https://xmpp.org/extensions/xep-0013.html> */
import {Failure} from '../../errors.ts'
import {type Iq, xml} from '../../xml.ts'

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
