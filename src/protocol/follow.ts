/** Everything that is said to an account, once and in order: live, and from archives where a session was missing. */
import type {Failure} from '../errors.ts'
import type {Element, Stanzas} from '../xml.ts'
import type {ArchiveResult} from './archive.ts'
import {Arrivals} from './arrivals.ts'
import {buildEnableCarbons} from './carbons.ts'
import {type Archive, catchUp, isForgotten, isNoArchive, type Range} from './catch-up.ts'
import {bareOf, parseEvent, type StanzaEvent} from './event.ts'
import {type Item, isNewSession, isReturn, Reader, type Turn} from './reader.ts'
import {type Entry, enterRoom} from './room.ts'
import {Seen} from './seen.ts'
import {Tap} from './tap.ts'

export interface Following {
  /** Bare JID. */
  own: string
  buildPresence(): Element
  /** Also what other clients of the account send and receive. */
  carbons: boolean
  rooms: (Entry & {room: string; nick: string})[]
  /** RFC 3339: begin with what the archives have since then. */
  since: string | undefined
  /** What an earlier run left undone: everything after this message of our archive. */
  left: {after: string; until: string | undefined} | undefined
}

/** @param jid the full one that was bound */
export type Happening = StanzaEvent | Turn | {event: 'ready'; jid: string}

export const isStanzaEvent = (event: Happening): event is StanzaEvent =>
  !['ready', 'disconnected', 'reconnected'].includes(event.event)

export interface Told {
  event: Happening
  /** It is news to its sender that this got here. */
  news: boolean
}

// Ejabberd goes on until it had nothing more to send round for 100 ms.
const SETTLING_MS = 1000

export class Follower {
  readonly #stanzas: Stanzas
  readonly #following: Following
  readonly #reader: Reader
  readonly #arrivals: Arrivals
  readonly #archives: Archive[]
  readonly #seen = new Seen()
  readonly #announced: Promise<unknown>
  #jid = ''
  #position: string | undefined
  #reviewing: NodeJS.Timeout | undefined

  /** Queues what announces us, so that it leaves with the sign-in. */
  constructor(stanzas: Stanzas, following: Following) {
    const tap = new Tap()
    this.#stanzas = stanzas
    this.#following = following
    this.#reader = new Reader(stanzas.stanzas(), (stanza) => tap.push(stanza))
    this.#arrivals = new Arrivals(tap.view(stanzas))
    if (following.left) this.#seen.add(following.left.after)
    const since = following.since ?? new Date().toISOString()
    this.#archives = [
      {room: undefined, by: following.own, after: following.left?.after, since},
      ...following.rooms.map(({room}) => ({room, by: room, after: undefined, since})),
    ]
    this.#announced = this.#announce()
    this.#announced.catch(() => {}) // `events` says so
  }

  /**
   * Up to where our own archive was told, that which is being dealt with included; history does not count. Undefined
   * where nobody can tell.
   */
  get position(): string | undefined {
    const doubt = this.#archives[0]?.doubt
    return doubt ? doubt.after : this.#position
  }

  lost(failure: Failure): void {
    this.#reader.turn({event: 'disconnected', error: failure.toJSON()})
  }

  back(jid: string, resumed: boolean): void {
    this.#jid = jid
    if (!resumed) this.#announce().catch(() => {}) // it worked before, and the reader hears of the end
    this.#reader.turn({event: 'reconnected', jid, resumed})
  }

  /** Asking for the next event means that the one before was dealt with. Throws what ended the session. */
  async *events(bound: Promise<{jid: string}>): AsyncGenerator<Told> {
    try {
      await this.#reader.aside(Promise.all([bound, this.#announced]))
      const {jid} = await bound
      this.#jid = jid
      const entered = await this.#enterRooms()
      yield {event: {event: 'ready', jid}, news: false}
      if (entered) yield* this.#before()
      for (;;) {
        const item = await this.#reader.next()
        yield* this.#tell(item)
        if (!isReturn(item)) continue
        this.#doubt()
        if (!isNewSession(item) || (await this.#enterRooms()))
          for (const archive of this.#archives)
            yield* this.#fill(archive, {after: archive.after}, true)
      }
    } finally {
      this.#reader.close()
    }
  }

  /** Copies first: from the moment we are present, others may write. */
  #announce(): Promise<unknown> {
    const {buildPresence, carbons} = this.#following
    const copies = carbons ? this.#stanzas.set(buildEnableCarbons()) : undefined
    return Promise.all([copies, this.#stanzas.post(buildPresence())])
  }

  /** False when a new session began meanwhile. */
  #enterRooms(): Promise<boolean> {
    const {rooms} = this.#following
    const entered = rooms.map(({room, ...entry}) =>
      enterRoom(this.#stanzas, this.#arrivals, room, entry),
    )
    return this.#reader.aside(Promise.all(entered))
  }

  /**
   * A resumed session may have a gap, too: ejabberd sends what arrives while it moves a session round once more, to
   * come late and out of order, or to the offline store. When that is over, a second look at the archive is complete.
   */
  #doubt(): void {
    for (const archive of this.#archives) archive.doubt ??= {after: archive.after}
    clearTimeout(this.#reviewing)
    this.#reviewing = setTimeout(() => this.#reader.review(), SETTLING_MS).unref()
  }

  async *#review(): AsyncGenerator<Told> {
    for (const archive of this.#archives) {
      if (archive.doubt) yield* this.#fill(archive, {after: archive.doubt.after}, true)
      archive.doubt = undefined
    }
  }

  /** What was said before this run, as far as it is wanted. */
  async *#before(): AsyncGenerator<Told> {
    const {left, since} = this.#following
    const [own] = this.#archives
    if (since !== undefined)
      for (const archive of this.#archives) yield* this.#fill(archive, {start: since}, false)
    else if (left && own) yield* this.#fill(own, {after: left.after, end: left.until}, true)
  }

  async *#fill(archive: Archive, range: Range, news: boolean): AsyncGenerator<Told> {
    const begin = range.after ?? range.start
    const bounded = begin === undefined ? {...range, start: archive.since} : range
    try {
      for await (const found of catchUp(this.#stanzas, this.#reader, archive, bounded))
        if ('event' in found) yield {event: found, news: false}
        else yield* this.#tellArchived(found, archive, news)
    } catch (error) {
      if (range.after !== undefined && isForgotten(error))
        yield* this.#fill(archive, {start: archive.since, end: range.end}, news)
      // Where there is no archive, the offline store has what was missed; but who asks for it by name is told.
      else if (!isNoArchive(error) || !news) throw error
    }
  }

  async *#tell(item: Item): AsyncGenerator<Told> {
    if ('turn' in item) yield {event: item.turn, news: false}
    else if ('review' in item) yield* this.#review()
    else {
      const event = parseEvent(item.stanza, this.#following.own)
      const isEcho = event?.event === 'presence' && event.from === this.#jid
      if (event && !isEcho) yield* this.#once(event, true)
    }
  }

  async *#tellArchived(
    {delay, id, message}: ArchiveResult,
    {room}: Archive,
    news: boolean,
  ): AsyncGenerator<Told> {
    const {carbons, own} = this.#following
    const event = parseEvent(message, own)
    if (!event || !('stanzaId' in event)) return
    const isRoom = event.type === 'groupchat'
    const isOurs = bareOf(event.from) === own && bareOf(event.to) !== own
    if (isRoom !== (room !== undefined) || (isOurs && !carbons)) return
    const archived = {...event, stanzaId: id, delay: event.delay ?? delay ?? null}
    this.#moveTo(archived, news) // told before or not: the order of the archive is the one to go by
    yield* this.#once(isOurs ? {...archived, carbon: 'sent'} : archived, news)
  }

  async *#once(event: StanzaEvent, news: boolean): AsyncGenerator<Told> {
    if (!this.#seen.isNew(event)) return
    this.#moveTo(event, news)
    yield {event, news}
  }

  #moveTo(event: StanzaEvent, news: boolean): void {
    if (!('stanzaId' in event) || event.stanzaId === null) return
    const room = event.type === 'groupchat' ? (event.room ?? undefined) : undefined
    const archive = this.#archives.find((archive) => archive.room === room)
    if (archive) archive.after = event.stanzaId
    if (news && room === undefined) this.#position = event.stanzaId
  }
}
