/** XEP-0444: Message Reactions <https://xmpp.org/extensions/xep-0444.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_REACTIONS = 'urn:xmpp:reactions:0'

export interface Reactions {
  /** Id of the message; in a room its stanza id. */
  id: string
  /** All current reactions of the sender to the message; an empty list removes them. */
  emojis: string[]
}

export function buildReactions({emojis, id}: Reactions): Element {
  const reactions = [...new Set(emojis)].map((emoji) => xml('reaction', {}, emoji))
  return xml('reactions', {xmlns: NS_REACTIONS, id}, ...reactions)
}

export function parseReactions(message: Element): Reactions | undefined {
  const reactions = message.getChild('reactions', NS_REACTIONS)
  if (!reactions?.attrs.id) return undefined
  const emojis = reactions
    .getChildren('reaction')
    .map((reaction) => reaction.text().trim())
    .filter((emoji) => emoji !== '')
  return {id: reactions.attrs.id, emojis: [...new Set(emojis)]}
}
