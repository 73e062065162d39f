/** XEP-0424: Message Retraction <https://xmpp.org/extensions/xep-0424.html> */
import {type Element, xml} from '../xml.ts'

export const NS_RETRACTION = 'urn:xmpp:message-retract:1'

/** What clients show that know no retraction; servers archive the message because of it. */
export const RETRACTION_BODY = 'I have taken back an earlier message, which your client still shows'

/** @param id of the message; in a room its stanza id */
export const buildRetract = (id: string): Element => xml('retract', {xmlns: NS_RETRACTION, id})

/** The id of the message that its sender takes back. */
export function parseRetract(message: Element): string | undefined {
  return message.getChild('retract', NS_RETRACTION)?.attrs.id || undefined
}
