/** What a program says to a message, as the messages that say it. */
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

// A room shows what we said soon, or never.
const MOST_SENT = 1000

export class Replies {
  readonly #own: string
  readonly #isOurs: (occupant: string) => boolean
  /** Ids of what we said to rooms, which say it to us as well. */
  readonly #sent = new Set<string>()

  /**
   * @param own bare JID
   * @param isOurs whether that is who we are in a room
   */
  constructor(own: string, isOurs: (occupant: string) => boolean) {
    this.#own = own
    this.#isOurs = isOurs
  }

  /** Whether there is somebody to answer: not ourselves, or the answer would be the next question. */
  isAnswerable(event: StanzaEvent): event is IncomingMessage {
    if (event.event !== 'message' || event.body === null || event.from === null) return false
    const {carbon, encrypted, from, id, nick, originId, room, type} = event
    if (carbon !== null || encrypted !== null || type === 'headline') return false
    if (matchesJid(bareJidOf(from), this.#own) || this.#isOurs(from)) return false
    if (type === 'groupchat' && room === null) return false // it only looks as if a room had sent it
    if (room !== null && nick === null) return false // the room itself
    return ![id, originId].some((known) => known !== null && this.#sent.has(known))
  }

  /**
   * To all where all were spoken to; to the occupant who spoke to us alone (XEP-0045 §7.5); and else to the person,
   * whose client may be gone by now. In numbered parts where the server would not take it whole.
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
