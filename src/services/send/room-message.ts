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

/** A groupchat message that the room has not reflected yet. */
interface PendingMessage {
  element: Element
  resolve(acceptance: Acceptance): void
  reject(failure: Failure): void
  /** Set when the room has reflected a message of this occupant with an unknown id, which is probably this one. */
  probable?: Acceptance
}

/** Sends messages in one joined room, and recognises them when the room reflects them. */
export class RoomMessages {
  readonly #channel: StanzaChannel
  readonly #listener: StanzaListener
  readonly #room: string
  readonly #joined: JoinedRooms
  readonly #onRemoved: () => void
  /** Oldest first. */
  readonly #pending = new Set<PendingMessage>()
  #removal: Failure | undefined

  /**
   * @param occupant the occupant JID of this session in the room
   * @param onRemoved called when the session is no longer in the room and may join it again
   */
  constructor(
    channel: StanzaChannel,
    listener: StanzaListener,
    {occupant, room}: {occupant: string; room: string},
    onRemoved: () => void,
  ) {
    this.#channel = channel
    this.#listener = listener
    this.#room = room
    this.#onRemoved = onRemoved
    this.#joined = new JoinedRooms([room])
    this.#joined.entered(room, occupant)
    listener
      .waitFor<never>((stanza) => this.#handle(stanza))
      .catch((failure: Failure) => {
        for (const {reject} of this.#pending) reject(unconfirmed(failure))
      })
  }

  /** The occupant JID of this session; undefined when it is no longer in the room. */
  get occupant(): string | undefined {
    return this.#removal ? undefined : this.#joined.occupant(this.#room)
  }

  /** Resolves when the room reflects the message. */
  async sendGroupchat(element: Element): Promise<Acceptance> {
    if (this.#removal) throw this.#removal
    const reflected = new Promise<Acceptance>((resolve, reject) => {
      const pending: PendingMessage = {
        element,
        resolve: (acceptance) => {
          this.#pending.delete(pending)
          resolve(acceptance)
        },
        reject: (failure) => {
          this.#pending.delete(pending)
          reject(failure)
        },
      }
      this.#pending.add(pending)
    })
    reflected.catch(() => {}) // if the message cannot be written, `send` throws the error
    await this.#channel.send(element)
    return reflected
  }

  /** Resolves when the room has passed the message on. It sends no confirmation, but its reply to a later IQ is one. */
  async sendPrivate(element: Element): Promise<Acceptance> {
    if (this.#removal) throw this.#removal
    const returned = this.#listener.waitFor((stanza) =>
      answers(stanza, element) ? stanza : undefined,
    )
    await this.#channel.send(element)
    const error = await Promise.race([returned, this.#processed()]).catch((reason) => {
      throw unconfirmed(toFailure(reason))
    })
    if (error) throw this.#parseError(error, element.attrs.to)
    return {}
  }

  #processed(): Promise<undefined> {
    return untilProcessed(this.#channel, this.#room)
  }

  #handle(stanza: Element): undefined {
    const {from = '', type} = stanza.attrs as Record<string, string | undefined>
    const returned = this.#findReturned(stanza)
    if (returned) returned.reject(this.#parseError(stanza, this.#room))
    else if (!this.#joined.isRoom(bareJidOf(from))) return
    else if (stanza.name === 'presence') this.#handlePresence(stanza)
    else if (type === 'groupchat' && this.#joined.isOwnOccupant(from)) this.#handleReflected(stanza)
  }

  /** An error without an id is about the oldest message, because a room keeps the order of messages. */
  #findReturned(stanza: Element): PendingMessage | undefined {
    const isCandidate = ({probable}: PendingMessage): boolean =>
      !probable || stanza.attrs.id !== undefined
    return [...this.#pending].find(
      (message) => isCandidate(message) && answers(stanza, message.element),
    )
  }

  /**
   * A room may change the id and the text of a message, drop the origin id, or send one message as several. A message
   * with unknown ids is therefore taken as the oldest pending one, unless the room returns that one as an error.
   */
  #handleReflected(stanza: Element): void {
    const acceptance = {stanzaId: parseStanzaId(stanza, bareJidOf(stanza.attrs.from)) ?? null}
    const known = this.#find(stanza.attrs.id) ?? this.#find(parseOriginId(stanza))
    known?.resolve(acceptance)
    // A delayed message is from an earlier session in the room.
    const oldest = known || parseDelay(stanza) ? undefined : this.#oldest()
    if (!oldest) return
    oldest.probable = acceptance
    void this.#processed().then(
      () => oldest.resolve(acceptance),
      (error) => oldest.reject(unconfirmed(toFailure(error))),
    )
  }

  #find(id: string | undefined): PendingMessage | undefined {
    return [...this.#pending].find(({element}) => element.attrs.id === id)
  }

  #oldest(): PendingMessage | undefined {
    return [...this.#pending].find(({probable}) => !probable)
  }

  #handlePresence(presence: Element): void {
    const removal = this.#joined.handlePresence(presence)
    if (removal) this.#handleRemoval(removal)
  }

  /** The room returns pending messages as errors, or has sent them to the other occupants only. */
  #handleRemoval(removal: Failure): void {
    if (this.#removal) return
    this.#removal = removal
    if (removal.retryable) this.#onRemoved()
    const pending = [...this.#pending]
    void this.#processed()
      .catch(() => {}) // the session has ended, which has rejected them already
      .then(() => {
        for (const {reject} of pending) reject(unconfirmed(removal))
      })
  }

  #parseError(stanza: Element, to: string): Failure {
    const failure = messageError(parseStanzaError(stanza), to)
    if (failure.code !== 'not-in-room') return failure
    this.#handleRemoval(failure)
    return this.#removal ?? failure
  }
}

/** A message that was written may have been sent to the occupants, although the room has not reflected it. */
function unconfirmed(error: Failure): Failure {
  return error.with({
    code: 'unknown-outcome',
    message: `${error.message} before the room showed the message`,
    exitCode: EXIT.unknownOutcome,
    hint: 'Look into the room before you send it again',
  })
}
