/** XEP-0359: Unique and Stable Stanza IDs <https://xmpp.org/extensions/xep-0359.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_STANZA_ID = 'urn:xmpp:sid:0'

/** The sender's own id, again, where nobody on the way rewrites it. */
export const buildOriginId = (id: string): Element => xml('origin-id', {xmlns: NS_STANZA_ID, id})

export function parseOriginId(message: Element): string | undefined {
  return message.getChild('origin-id', NS_STANZA_ID)?.attrs.id || undefined
}

/**
 * The id under which `by` has archived the message. Anybody can write such an element: believe it of the own
 * server (own bare JID) and of the room that the message is from, and of nobody else (§5). They take forgeries out, as
 * ejabberd does, or leave them in and add their own behind them, as Prosody does for accounts.
 */
export function parseStanzaId(message: Element, by: string): string | undefined {
  const ids = message.getChildren('stanza-id', NS_STANZA_ID)
  return ids.findLast(({attrs}) => attrs.by === by)?.attrs.id || undefined
}
