/** XEP-0308: Last Message Correction <https://xmpp.org/extensions/xep-0308.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_CORRECTION = 'urn:xmpp:message-correct:0'

/** @param id of the original message, also for a second correction */
export const buildReplace = (id: string): Element => xml('replace', {xmlns: NS_CORRECTION, id})

/** The id of the message that this one replaces. */
export function parseReplace(message: Element): string | undefined {
  return message.getChild('replace', NS_CORRECTION)?.attrs.id || undefined
}
