/** XEP-0439: Quick Response <https://xmpp.org/extensions/xep-0439.html> */
import {type Element, xml} from '../../xml.ts'

const NS_QUICK_RESPONSE = 'urn:xmpp:tmp:quick-response'

/** A text that clients offer as an answer: they send it as the body of a message. */
export const buildResponse = (value: string): Element =>
  xml('response', {xmlns: NS_QUICK_RESPONSE, value, label: value})

/** An answer that clients offer by its id, also when newer messages have arrived. */
export const buildAction = (id: string, label: string): Element =>
  xml('action', {xmlns: NS_QUICK_RESPONSE, id, label})

/** The id of the action that the sender has selected. */
export function parseSelectedAction(message: Element): string | undefined {
  return message.getChild('action-selected', NS_QUICK_RESPONSE)?.attrs.id || undefined
}
