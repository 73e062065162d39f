/** XEP-0045 §7.2: joins the rooms of a run, and joins a lost room again <https://xmpp.org/extensions/xep-0045.html> */
import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT, Failure, toFailure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid, preparedJid} from '../../jid-comparison.ts'
import {nextTurn} from '../../next-turn.ts'
import type {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import type {JoinedRooms} from '../../protocol/muc/joined-rooms.ts'
import {type CreatedRoom, makePersistent} from '../../protocol/muc/owner.ts'
import {enterRoom, type JoinOptions, untilProcessed} from '../../protocol/muc/room.ts'
import {type Element, type StanzaChannel, StanzaError} from '../../xml.ts'

export type RoomEntry = JoinOptions & {
  room: string
  nick: string
  /** The run goes on without the room if it cannot be joined. */
  isOptional?: boolean
}

const FIRST_PAUSE_MS = 500

/** What happened at a join: the room was created, or an optional room could not be joined. */
export type JoinReport = {room: string; created: CreatedRoom} | {room: string; failure: Failure}

export class RoomJoins {
  readonly #session: {stanzas: StanzaChannel; arrivals: StanzaListener}
  readonly #rooms: RoomEntry[]
  readonly #stays: JoinedRooms
  /** The prepared JIDs of rooms that have not sent their subject since the join: it follows the history (§7.2.15). */
  readonly #withoutSubject = new Set<string>()
  readonly #history = new WeakSet<Element>()
  /** Since the last call of `takeReports`. */
  #reports: JoinReport[] = []

  constructor(
    session: {stanzas: StanzaChannel; arrivals: StanzaListener},
    rooms: RoomEntry[],
    stays: JoinedRooms,
  ) {
    this.#session = session
    this.#rooms = rooms
    this.#stays = stays
  }

  /** To call with every stanza as it is read. */
  handleStanza(stanza: Element): void {
    const {from = '', type} = stanza.attrs as {from?: string; type?: string}
    const room = preparedJid(bareJidOf(from))
    if (stanza.name !== 'message' || type !== 'groupchat' || !this.#withoutSubject.has(room)) return
    if (stanza.getChild('subject') && !stanza.getChild('body')) this.#withoutSubject.delete(room)
    else this.#history.add(stanza)
  }

  /** Whether the message is history: rooms send it even unrequested, and with a delay of any sender. */
  isHistory(stanza: Element): boolean {
    return this.#history.has(stanza)
  }

  /** Joins all rooms of the run that were not left. */
  async enterAll(): Promise<void> {
    const open = this.#rooms.filter(({room}) => this.#stays.isJoined(room))
    await Promise.all(
      open.map((entry) => (entry.isOptional ? this.#tryToEnter(entry) : this.#enter(entry))),
    )
  }

  takeReports(): JoinReport[] {
    return this.#reports.splice(0)
  }

  async #tryToEnter(entry: RoomEntry): Promise<void> {
    try {
      await this.#enter(entry)
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.#stays.close(entry.room)
      this.#reports.push({room: entry.room, failure: error})
    }
  }

  /** Tries to join a room again. Resolves with the last failure, or undefined after a success. */
  async enterAgain(room: string, loss: Failure, tries: number): Promise<Failure | undefined> {
    const entry = this.#rooms.find((entry) => matchesJid(room, entry.room))
    let failure = loss
    if (!entry) return failure
    this.#stays.reopen(room)
    for (let failures = 0; failures < tries && failure.retryable; failures++) {
      await sleep(FIRST_PAUSE_MS * 2 ** failures, undefined, {ref: false})
      try {
        await this.#enter(entry)
        return undefined
      } catch (error) {
        failure = toFailure(error)
      }
    }
    this.#stays.close(room)
    return failure
  }

  async #enter({room, ...entry}: RoomEntry): Promise<void> {
    const {arrivals, stanzas} = this.#session
    const key = preparedJid(room)
    this.#withoutSubject.add(key)
    const configureNew = async (): Promise<void> => {
      this.#reports.push({room, created: await makePersistent(stanzas, room)})
    }
    this.#stays.entered(room, await enterRoom(stanzas, arrivals, room, {...entry, configureNew}))
    await nextTurn() // the subject may have arrived with the presence
    if (!this.#withoutSubject.has(key)) return
    // Old services send no subject if the room has none: then the history ends before the reply to a later request.
    await untilProcessed(stanzas, room)
    this.#withoutSubject.delete(key)
  }
}

/** The room does not exist, its address is invalid, or the room answered with an error. Other failures end the session. */
function isRefusal(error: unknown): error is Failure {
  if (!(error instanceof Failure)) return false
  const isAnswer = [error, error.cause].some((failure) => failure instanceof StanzaError)
  return isAnswer || error.exitCode === EXIT.noUser || error.exitCode === EXIT.data
}
