/** XEP-0085: Chat State Notifications <https://xmpp.org/extensions/xep-0085.html> */
import {childIn, type Element} from '../../xml.ts'

export const NS_CHAT_STATES = 'http://jabber.org/protocol/chatstates'

const STATES = ['active', 'composing', 'paused', 'inactive', 'gone'] as const

export type ChatState = (typeof STATES)[number]

export function parseChatState(message: Element): ChatState | undefined {
  const name = childIn(message, NS_CHAT_STATES)?.name
  return STATES.find((state) => state === name)
}
