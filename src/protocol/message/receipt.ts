/** XEP-0184: Message Delivery Receipts <https://xmpp.org/extensions/xep-0184.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_RECEIPTS = 'urn:xmpp:receipts'

/** Part of a message: requests a receipt from the recipient's client. */
export const buildReceiptRequest = (): Element => xml('request', {xmlns: NS_RECEIPTS})

/** Part of the receipt for the message with this id. */
export const buildReceipt = (id: string): Element => xml('received', {xmlns: NS_RECEIPTS, id})

export function wantsReceipt(message: Element): boolean {
  return message.getChild('request', NS_RECEIPTS) !== undefined
}

/** The id of the message that was delivered. */
export function parseReceipt(message: Element): string | undefined {
  return message.getChild('received', NS_RECEIPTS)?.attrs.id || undefined
}
