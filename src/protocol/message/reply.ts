/** XEP-0461: Message Replies <https://xmpp.org/extensions/xep-0461.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_REPLY = 'urn:xmpp:reply:0'

export interface Reply {
  /** Id of the original message; in a room its stanza id, elsewhere its origin id, or else its id. */
  id: string
  /** The author of the original message. */
  to?: string | undefined
}

export const buildReply = ({id, to}: Reply): Element => xml('reply', {xmlns: NS_REPLY, to, id})

export function parseReply(message: Element): Reply | undefined {
  const {id, to} = message.getChild('reply', NS_REPLY)?.attrs ?? {}
  return id ? {id, ...(to && {to})} : undefined
}
