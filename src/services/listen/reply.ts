/** Builds the reply of a command to a message. */
import {randomUUID} from 'node:crypto'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {plainText} from '../../protocol/core/text.ts'
import type {MessageEvent, StanzaEvent} from '../../protocol/event/event.ts'
import {buildMessage} from '../../protocol/message/message.ts'
import {SMALLEST_LIMIT} from '../../protocol/message/split.ts'
import type {Element} from '../../xml.ts'
import {fitToLimit} from '../send/compose.ts'

type IncomingMessage = MessageEvent & {from: string}

// A room reflects a message soon, or never.
const MOST_SENT = 1000

export class Replies {
  readonly #own: string
  readonly #isOwnOccupant: (occupant: string) => boolean
  /** Ids of messages to rooms, which reflect them. */
  readonly #sent = new Set<string>()

  /**
   * @param own bare JID
   * @param isOwnOccupant whether an occupant JID is this account
   */
  constructor(own: string, isOwnOccupant: (occupant: string) => boolean) {
    this.#own = own
    this.#isOwnOccupant = isOwnOccupant
  }

  /** Whether the event gets a reply: a reply to an own message would cause the next reply. */
  isAnswerable(event: StanzaEvent): event is IncomingMessage {
    if (event.event !== 'message' || event.body === null || event.from === null) return false
    const {carbon, encrypted, from, id, nick, originId, room, type} = event
    if (carbon !== null || encrypted !== null || type === 'headline') return false
    if (matchesJid(bareJidOf(from), this.#own) || this.#isOwnOccupant(from)) return false
    if (type === 'groupchat' && room === null) return false // a message that claims to be from a room
    if (room !== null && nick === null) return false // the room itself
    return ![id, originId].some((known) => known !== null && this.#sent.has(known))
  }

  /**
   * The recipient is the room for a message to the room, the occupant for a private message (XEP-0045 §7.5), and else
   * the bare JID, since the client may be offline. The reply has numbered parts if it is too large for the server.
   */
  build(event: IncomingMessage, text: string, limit = SMALLEST_LIMIT): Element[] {
    const {from, room, thread, type} = event
    const isPublic = type === 'groupchat'
    const privately = room !== null && !isPublic
    const element = buildMessage({
      id: randomUUID(),
      to: privately ? from : bareJidOf(from),
      type: isPublic ? 'groupchat' : type === 'normal' ? 'normal' : 'chat',
      body: plainText(text, {clean: true}),
      thread: thread ?? undefined,
      privately,
    })
    const parts = fitToLimit({element, wait: 'accepted', ifTooLarge: 'split'}, limit)
    const stanzas = parts.map(({element}) => element)
    if (isPublic) for (const {attrs} of stanzas) this.#remember(attrs.id)
    return stanzas
  }

  #remember(id: string): void {
    this.#sent.add(id)
    const [oldest] = this.#sent
    if (this.#sent.size > MOST_SENT && oldest !== undefined) this.#sent.delete(oldest)
  }
}
