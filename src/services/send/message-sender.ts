/** Sends messages over one session: to people as they come, to rooms after entering them, once. */
import {Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {Arrivals} from '../../protocol/core/stanza-listener.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import {buildLeave, type Entry, enterRoom} from '../../protocol/muc/room.ts'
import {type Element, isQuestion, type Stanzas} from '../../xml.ts'
import {type Delivery, deliver, type Patience, type Reached, type Said} from './delivery.ts'
import {RoomMessages} from './room-message.ts'

export interface Parcel {
  stanza: Element
  /** What counts as success. */
  wait: Reached
  /** How to enter the room that the recipient is, or is in; absent for people. */
  room?: Entry | undefined
}

export class Courier {
  readonly #stanzas: Stanzas
  readonly #nick: string
  readonly #arrivals: Arrivals
  readonly #rooms = new Map<string, Promise<RoomMessages>>()

  /** @param nick where none is given for a room */
  constructor(stanzas: Stanzas, nick: string) {
    this.#stanzas = stanzas
    this.#nick = nick
    this.#arrivals = new Arrivals(stanzas)
  }

  /** Resolves, with what ended the session, when nothing will arrive any more. */
  get over(): Arrivals['over'] {
    return this.#arrivals.over
  }

  /** Resolves with what became of the message; a failure of its own is in the result, not thrown. */
  send({room, stanza, wait}: Parcel, patience: Patience = {}): Promise<SendResult> {
    const to: string = stanza.attrs.to
    const bare = bareJidOf(to)
    const way: Pick<Delivery, 'hand' | 'isFrom'> = room
      ? {
          hand: (stanza) => this.#handIn(stanza, bare, room),
          isFrom: (from) => matchesJid(from, to),
        }
      : {
          // In this turn of the program: all that one turn sends shares a flight and a confirmation.
          hand: (stanza) => (isQuestion(stanza) ? this.#ask(stanza) : this.#hand(stanza)),
          isFrom: (from) => matchesJid(bareJidOf(from), bare),
        }
    return deliver(this.#arrivals, {stanza, wait, ...way}, patience)
  }

  /** Leaves every room that was entered; the end of the session has done so already. */
  async leave(): Promise<void> {
    for (const entered of await Promise.allSettled(this.#rooms.values())) {
      if (entered.status === 'rejected') continue // that message has said why
      const {occupant} = entered.value
      if (occupant) await this.#stanzas.post(buildLeave(occupant)).catch(unlessEnded)
    }
  }

  async #hand(stanza: Element): Promise<Said> {
    await this.#stanzas.send(stanza)
    return {}
  }

  async #ask(question: Element): Promise<Said> {
    const answer = await this.#stanzas.ask(question)
    return {answer: answer ? String(answer) : null}
  }

  async #handIn(stanza: Element, room: string, entry: Entry): Promise<Said> {
    const messages = await this.#enter(room, entry)
    return messages.send(stanza)
  }

  #enter(room: string, entry: Entry): Promise<RoomMessages> {
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
