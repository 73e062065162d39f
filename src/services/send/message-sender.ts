/** Sends messages over one session: to users directly, to rooms after joining each of them once. */
import {bareJidOf} from '../../jid.ts'
import {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import {type CreatedRoom, makePersistent} from '../../protocol/muc/owner.ts'
import {enterRoom, type JoinOptions, leaveRoom} from '../../protocol/muc/room.ts'
import {type Element, isIqRequest, type StanzaChannel} from '../../xml.ts'
import {
  type Acceptance,
  acceptedResult,
  failedResult,
  ReceiptWatch,
  type WaitOptions,
  waitForReceipt,
} from './delivery.ts'
import type {OutgoingStanza} from './outgoing-stanza.ts'
import {RoomMessages} from './room-message.ts'

export class MessageSender {
  readonly #channel: StanzaChannel
  readonly #nick: string
  readonly #listener: StanzaListener
  /** Rooms that this session has created, until a result has reported it. */
  readonly #created = new Map<string, CreatedRoom>()
  readonly #rooms = new Map<string, Promise<RoomMessages>>()

  /** @param nick the nickname in rooms for which no other is given */
  constructor(channel: StanzaChannel, nick: string) {
    this.#channel = channel
    this.#nick = nick
    this.#listener = new StanzaListener(channel)
  }

  /** Resolves with the failure that ended the session. */
  get closed(): StanzaListener['closed'] {
    return this.#listener.closed
  }

  /**
   * Resolves with the outcome of the message; a `Failure` is part of it. Synchronous up to the write on purpose: stanzas
   * that are queued in the same tick share one write and one confirmation ping.
   */
  async send(message: OutgoingStanza, options: WaitOptions = {}): Promise<SendResult> {
    const receipt =
      message.wait === 'accepted' ? undefined : new ReceiptWatch(this.#listener, message, options)
    let acceptance: Acceptance
    try {
      acceptance = await this.#accepted(message)
    } catch (error) {
      receipt?.cancel(error)
      return {...failedResult(message, error), ...this.#additionsFor(message)}
    }
    options.onAccepted?.()
    const additions = this.#additionsFor(message)
    if (!receipt) return {...acceptedResult(message, acceptance), ...additions}
    return {...(await waitForReceipt(message, acceptance, receipt)), ...additions}
  }

  /** Leaves all joined rooms. If the session has ended, the server has done so. */
  async leave(): Promise<void> {
    for (const joined of await Promise.allSettled(this.#rooms.values())) {
      if (joined.status === 'rejected') continue // the result of the message has the error
      const {occupant} = joined.value
      if (occupant) await leaveRoom(this.#channel, occupant)
    }
  }

  /** Sends the stanza; resolves when the server or the room has accepted it. */
  #accepted({element, room}: OutgoingStanza): Promise<Acceptance> {
    if (room && element.attrs.type === 'groupchat') return this.#sendGroupchat(element, room)
    if (room) return this.#sendPrivate(element, room)
    return isIqRequest(element) ? this.#sendIq(element) : this.#sendChat(element)
  }

  async #sendChat(element: Element): Promise<Acceptance> {
    await this.#channel.sendConfirmed(element)
    return {}
  }

  async #sendIq(element: Element): Promise<Acceptance> {
    const answer = await this.#channel.sendIq(element)
    return {answer: answer ? String(answer) : null}
  }

  async #sendGroupchat(element: Element, options: JoinOptions): Promise<Acceptance> {
    const room = await this.#join(element, options)
    return room.sendGroupchat(element)
  }

  async #sendPrivate(element: Element, options: JoinOptions): Promise<Acceptance> {
    const room = await this.#join(element, options)
    return room.sendPrivate(element)
  }

  /** A room that was created is part of one result only. */
  #additionsFor({element, url}: OutgoingStanza): Pick<SendResult, 'roomCreated' | 'url'> {
    const room = bareJidOf(element.attrs.to)
    const roomCreated = this.#created.get(room)
    this.#created.delete(room)
    return {...(roomCreated && {roomCreated}), ...(url !== undefined && {url})}
  }

  #join({attrs: {to}}: Element, options: JoinOptions): Promise<RoomMessages> {
    const room = bareJidOf(to)
    const known = this.#rooms.get(room)
    if (known) return known
    const {nick = this.#nick} = options
    const forget = (): unknown => this.#rooms.delete(room)
    const configureNew = async (): Promise<void> => {
      this.#created.set(room, await makePersistent(this.#channel, room))
    }
    const entry = {...options, nick, configureNew}
    const joined = enterRoom(this.#channel, this.#listener, room, entry).then(
      (occupant) => new RoomMessages(this.#channel, this.#listener, {occupant, room}, forget),
    )
    this.#rooms.set(room, joined)
    joined.catch(forget) // the next message may have the right password
    return joined
  }
}
