/** XEP-0359: Unique and Stable Stanza IDs <https://xmpp.org/extensions/xep-0359.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_STANZA_ID = 'urn:xmpp:sid:0'

/** A copy of the sender's id that services do not change. */
export const buildOriginId = (id: string): Element => xml('origin-id', {xmlns: NS_STANZA_ID, id})

export function parseOriginId(message: Element): string | undefined {
  return message.getChild('origin-id', NS_STANZA_ID)?.attrs.id || undefined
}

/**
 * The id under which `by` has archived the message. Anyone can add such an element, so trust only those of this
 * account (its bare JID) and of the room that the message is from (§5). Services remove forged ids, as ejabberd does,
 * or add their own after them, as Prosody does for accounts: the last one counts.
 */
export function parseStanzaId(message: Element, by: string): string | undefined {
  const ids = message.getChildren('stanza-id', NS_STANZA_ID)
  return ids.findLast(({attrs}) => attrs.by === by)?.attrs.id || undefined
}
