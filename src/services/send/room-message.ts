/** XEP-0045 §7.4 and §7.5: messages to a room, and to one of its occupants <https://xmpp.org/extensions/xep-0045.html> */
import {answers} from '../../answer.ts'
import {EXIT, type Failure, toFailure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {parseDelay} from '../../protocol/core/delay.ts'
import type {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import {parseOriginId, parseStanzaId} from '../../protocol/message/stanza-id.ts'
import {messageError} from '../../protocol/muc/errors.ts'
import {JoinedRooms} from '../../protocol/muc/joined-rooms.ts'
import {untilProcessed} from '../../protocol/muc/room.ts'
import {type Element, parseStanzaError, type StanzaChannel} from '../../xml.ts'
import type {Acceptance} from './delivery.ts'

interface Pending {
  stanza: Element
  resolve(said: Acceptance): void
  reject(failure: Failure): void
  /** What was shown of ours under an id that we do not know may be this message. */
  maybe?: Acceptance
}

/** Sends messages in a room that was entered, and recognises them when the room shows them. */
export class RoomMessages {
  readonly #stanzas: StanzaChannel
  readonly #arrivals: StanzaListener
  readonly #room: string
  readonly #stays: JoinedRooms
  readonly #onLost: () => void
  /** Sent to all and not shown yet, oldest first. */
  readonly #pending = new Set<Pending>()
  #loss: Failure | undefined

  /**
   * @param occupant our full address in the room
   * @param onLost called when we are out of it, and may enter it again
   */
  constructor(
    {arrivals, stanzas}: {arrivals: StanzaListener; stanzas: StanzaChannel},
    {occupant, room}: {occupant: string; room: string},
    onLost: () => void,
  ) {
    this.#stanzas = stanzas
    this.#arrivals = arrivals
    this.#room = room
    this.#onLost = onLost
    this.#stays = new JoinedRooms([room])
    this.#stays.entered(room, occupant)
    arrivals
      .waitFor<never>((arrived) => this.#look(arrived))
      .catch((failure: Failure) => {
        for (const {reject} of this.#pending) reject(unconfirmed(failure))
      })
  }

  /** Our full address in the room; undefined when we are out of it. */
  get occupant(): string | undefined {
    return this.#loss ? undefined : this.#stays.occupant(this.#room)
  }

  /** Resolves when the room shows the message to us as to everybody, or has passed a private one on. */
  async send(stanza: Element): Promise<Acceptance> {
    if (this.#loss) throw this.#loss
    return stanza.attrs.to === this.#room ? this.#sendToAll(stanza) : this.#sendPrivately(stanza)
  }

  async #sendToAll(stanza: Element): Promise<Acceptance> {
    const shown = new Promise<Acceptance>((resolve, reject) => {
      const pending: Pending = {
        stanza,
        resolve: (said) => {
          this.#pending.delete(pending)
          resolve(said)
        },
        reject: (failure) => {
          this.#pending.delete(pending)
          reject(failure)
        },
      }
      this.#pending.add(pending)
    })
    shown.catch(() => {}) // where the message does not leave, that is what is thrown
    await this.#stanzas.send(stanza)
    return shown
  }

  /** The room does not say that it passed the message on: an answer behind it does. */
  async #sendPrivately(stanza: Element): Promise<Acceptance> {
    const bounced = this.#arrivals.waitFor((arrived) =>
      answers(arrived, stanza) ? arrived : undefined,
    )
    await this.#stanzas.send(stanza)
    const bounce = await Promise.race([bounced, this.#processed()]).catch((error) => {
      throw unconfirmed(toFailure(error))
    })
    if (bounce) throw this.#refused(bounce, stanza.attrs.to)
    return {}
  }

  #processed(): Promise<undefined> {
    return untilProcessed(this.#stanzas, this.#room)
  }

  #look(arrived: Element): undefined {
    const {from = '', type} = arrived.attrs as Record<string, string | undefined>
    const returned = this.#returned(arrived)
    if (returned) returned.reject(this.#refused(arrived, this.#room))
    else if (!this.#stays.isRoom(bareJidOf(from))) return
    else if (arrived.name === 'presence') this.#watchStay(arrived)
    else if (type === 'groupchat' && this.#stays.isOurs(from)) this.#recognise(arrived)
  }

  /** The message that came back; an error that names none is about the oldest, since a room keeps their order. */
  #returned(arrived: Element): Pending | undefined {
    const isOpen = ({maybe}: Pending): boolean => !maybe || arrived.attrs.id !== undefined
    return [...this.#pending].find((one) => isOpen(one) && answers(arrived, one.stanza))
  }

  /**
   * A room may give a message another id, and keep the origin id or not; it may change the text, and make several of
   * one. Then it is the oldest that was not shown yet, unless an error says otherwise.
   */
  #recognise(arrived: Element): void {
    const said = {stanzaId: parseStanzaId(arrived, bareJidOf(arrived.attrs.from)) ?? null}
    const known = this.#find(arrived.attrs.id) ?? this.#find(parseOriginId(arrived))
    known?.resolve(said)
    // What is delayed was said in an earlier stay.
    const oldest = known || parseDelay(arrived) ? undefined : this.#oldest()
    if (!oldest) return
    oldest.maybe = said
    void this.#processed().then(
      () => oldest.resolve(said),
      (error) => oldest.reject(unconfirmed(toFailure(error))),
    )
  }

  #find(id: string | undefined): Pending | undefined {
    return [...this.#pending].find(({stanza}) => stanza.attrs.id === id)
  }

  #oldest(): Pending | undefined {
    return [...this.#pending].find(({maybe}) => !maybe)
  }

  #watchStay(presence: Element): void {
    const loss = this.#stays.handlePresence(presence)
    if (loss) this.#lose(loss)
  }

  /** What was on its way comes back as an error, or has been shown to the others and not to us. */
  #lose(loss: Failure): void {
    if (this.#loss) return
    this.#loss = loss
    if (loss.retryable) this.#onLost()
    const left = [...this.#pending]
    void this.#processed()
      .catch(() => {}) // the session ended: then they were told
      .then(() => {
        for (const {reject} of left) reject(unconfirmed(loss))
      })
  }

  #refused(bounce: Element, to: string): Failure {
    const failure = messageError(parseStanzaError(bounce), to)
    if (failure.code !== 'not-in-room') return failure
    this.#lose(failure)
    return this.#loss ?? failure
  }
}

/** What was written and is not confirmed when the session, or the stay, ends may have got there. */
function unconfirmed(error: Failure): Failure {
  return error.with({
    code: 'unknown-outcome',
    message: `${error.message} before the room showed the message`,
    exitCode: EXIT.unknownOutcome,
    hint: 'Look into the room before you send it again',
  })
}
