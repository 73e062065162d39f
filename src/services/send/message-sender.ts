/** Sends messages over one session: to people as they come, to rooms after entering them, once. */
import {Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import {buildLeave, enterRoom, type JoinOptions} from '../../protocol/muc/room.ts'
import {type Element, isIqRequest, type StanzaChannel} from '../../xml.ts'
import {
  type Acceptance,
  type Delivery,
  type DeliveryState,
  deliver,
  type WaitOptions,
} from './delivery.ts'
import {RoomMessages} from './room-message.ts'

export interface OutgoingStanza {
  stanza: Element
  /** What counts as success. */
  wait: DeliveryState
  /** How to enter the room that the recipient is, or is in; absent for people. */
  room?: JoinOptions | undefined
}

export class MessageSender {
  readonly #stanzas: StanzaChannel
  readonly #nick: string
  readonly #arrivals: StanzaListener
  readonly #rooms = new Map<string, Promise<RoomMessages>>()

  /** @param nick where none is given for a room */
  constructor(stanzas: StanzaChannel, nick: string) {
    this.#stanzas = stanzas
    this.#nick = nick
    this.#arrivals = new StanzaListener(stanzas)
  }

  /** Resolves, with what ended the session, when nothing will arrive any more. */
  get over(): StanzaListener['closed'] {
    return this.#arrivals.closed
  }

  /** Resolves with what became of the message; a failure of its own is in the result, not thrown. */
  send({room, stanza, wait}: OutgoingStanza, patience: WaitOptions = {}): Promise<SendResult> {
    const to: string = stanza.attrs.to
    const bare = bareJidOf(to)
    const way: Pick<Delivery, 'hand' | 'isFrom'> = room
      ? {
          hand: (stanza) => this.#sendToRoom(stanza, bare, room),
          isFrom: (from) => matchesJid(from, to),
        }
      : {
          // In this turn of the program: all that one turn sends shares a flight and a confirmation.
          hand: (stanza) => (isIqRequest(stanza) ? this.#ask(stanza) : this.#sendChat(stanza)),
          isFrom: (from) => matchesJid(bareJidOf(from), bare),
        }
    return deliver(this.#arrivals, {stanza, wait, ...way}, patience)
  }

  /** Leaves every room that was entered; the end of the session has done so already. */
  async leave(): Promise<void> {
    for (const entered of await Promise.allSettled(this.#rooms.values())) {
      if (entered.status === 'rejected') continue // that message has said why
      const {occupant} = entered.value
      if (occupant) await this.#stanzas.send(buildLeave(occupant)).catch(unlessEnded)
    }
  }

  async #sendChat(stanza: Element): Promise<Acceptance> {
    await this.#stanzas.sendConfirmed(stanza)
    return {}
  }

  async #ask(question: Element): Promise<Acceptance> {
    const answer = await this.#stanzas.sendIq(question)
    return {answer: answer ? String(answer) : null}
  }

  async #sendToRoom(stanza: Element, room: string, entry: JoinOptions): Promise<Acceptance> {
    const messages = await this.#enter(room, entry)
    return messages.send(stanza)
  }

  #enter(room: string, entry: JoinOptions): Promise<RoomMessages> {
    const known = this.#rooms.get(room)
    if (known) return known
    const {nick = this.#nick} = entry
    const session = {arrivals: this.#arrivals, stanzas: this.#stanzas}
    const again = (): unknown => this.#rooms.delete(room)
    const entered = enterRoom(this.#stanzas, this.#arrivals, room, {...entry, nick}).then(
      (occupant) => new RoomMessages(session, {occupant, room}, again),
    )
    this.#rooms.set(room, entered)
    entered.catch(again) // the next message may know the password
    return entered
  }
}

function unlessEnded(error: unknown): void {
  if (!(error instanceof Failure)) throw error
}
