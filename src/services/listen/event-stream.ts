/** Everything that is said to an account, once and in order: live, and from archives where a session was missing. */
import {Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import type {ArchiveResult} from '../../protocol/archive/archive.ts'
import {parseDelay} from '../../protocol/core/delay.ts'
import {Arrivals} from '../../protocol/core/stanza-listener.ts'
import type {StanzaEvent} from '../../protocol/event/event.ts'
import {parseEvent} from '../../protocol/event/parse-event.ts'
import {buildEnableCarbons} from '../../protocol/message/carbons.ts'
import {Stays} from '../../protocol/muc/joined-rooms.ts'
import type {Element, Stanzas} from '../../xml.ts'
import {type Archive, Archives, type Position} from './archive-cursor.ts'
import {catchUp, catchUpUnless, isForgotten, isNoArchive, isStuck, type Range} from './catch-up.ts'
import {Seen} from './deduplicator.ts'
import type {Following} from './event-stream-options.ts'
import {type Told, trouble} from './listen-event.ts'
import {RoomJoins} from './room-joins.ts'
import {type Item, isNewSession, isReturn, Reader, Tap} from './stanza-queue.ts'

// Ejabberd goes on until it had nothing more to send round for 100 ms.
const SETTLING_MS = 1000

export class Follower {
  readonly #stanzas: Stanzas
  readonly #following: Following
  readonly #reader: Reader
  readonly #joins: RoomJoins
  readonly #archives: Archives
  readonly #seen = new Seen()
  #announced: Promise<unknown> = Promise.resolve()
  /** Who we are in the rooms. */
  readonly stays: Stays
  #jid = ''
  #reviewing: NodeJS.Timeout | undefined

  /** Without rooms, the presence leaves with the sign-in. */
  constructor(stanzas: Stanzas, following: Following) {
    const tap = new Tap()
    this.#stanzas = stanzas
    this.#following = following
    this.#reader = new Reader(stanzas, (stanza) => {
      this.#joins.look(stanza)
      tap.push(stanza)
    })
    const rooms = following.rooms.map(({room}) => room)
    this.stays = new Stays(rooms)
    const arrivals = new Arrivals(tap.view(stanzas))
    this.#joins = new RoomJoins({arrivals, stanzas}, following.rooms, this.stays)
    // Whoever asks for what there was gets all of it, told before or not.
    if (!following.since) this.#seen.addAll(following.left?.recent ?? [])
    if (following.left?.after && !following.since) this.#seen.add(following.left.after)
    const since = following.since ?? new Date().toISOString()
    this.#archives = new Archives(following.own, rooms, since)
    this.#archives.own.after = following.left?.after
    if (rooms.length === 0) this.#announce()
  }

  /** As far as everything before it was told as well. */
  get position(): Position | undefined {
    return this.#archives.position
  }

  lost(failure: Failure): void {
    this.#reader.turn({event: 'disconnected', error: failure.toJSON()})
  }

  back(jid: string, resumed: boolean): void {
    this.#jid = jid
    if (!resumed && this.#following.rooms.length === 0) this.#announce()
    this.#reader.turn({event: 'reconnected', jid, resumed})
  }

  /** Asking for the next event means that the one before was dealt with, unless it is held. Throws what ended the session. */
  async *events(bound: Promise<{jid: string}>): AsyncGenerator<Told> {
    await this.#reader.aside(bound)
    const {jid} = await bound
    this.#jid = jid
    const present = (await this.#becomePresent()) && (await this.#reader.aside(this.#announced))
    yield {event: {event: 'ready', jid}, news: false}
    for (const {release, stanza} of this.#following.unprinted ?? [])
      yield* this.#tell(this.#reader.take(stanza, release))
    if (present) yield* this.#before()
    for (;;) {
      const item = await this.#reader.next()
      yield* this.#tell(item)
      if (!isReturn(item)) continue
      this.#doubt(isNewSession(item))
      if (!isNewSession(item) || (await this.#becomePresent()))
        for (const archive of this.#archives.all) yield* this.#readMissed(archive)
    }
  }

  /** The event that was told last does not count as dealt with before this is called back. */
  hold(): () => void {
    return this.#reader.hold()
  }

  /**
   * In the rooms and then to the server, which delivers all that waited as soon as the account is available: a room
   * that cannot be entered must not take that from it. False when a new session began meanwhile.
   */
  async #becomePresent(): Promise<boolean> {
    if (!(await this.#reader.aside(this.#joins.enterAll()))) return false
    if (this.#following.rooms.length > 0) this.#announce()
    return true
  }

  /** Copies first: from the moment we are present, others may write. */
  #announce(): void {
    const {buildPresence, carbons} = this.#following
    const copies = carbons ? this.#stanzas.set(buildEnableCarbons()) : undefined
    this.#announced = Promise.all([copies, this.#stanzas.post(buildPresence())])
    this.#announced.catch(() => {}) // `events` awaits the first; later it worked before, and the reader hears of the end
  }

  /**
   * A resumed session may have a gap, too: ejabberd sends what arrives while it moves a session round once more, to
   * come late and out of order, or to the offline store. When that is over, a second look at the archive is complete.
   */
  #doubt(isNewSession: boolean): void {
    this.#archives.doubt()
    this.#archives.miss(isNewSession ? this.#reader.caughtUp.toISOString() : undefined)
    clearTimeout(this.#reviewing)
    this.#reviewing = setTimeout(() => this.#reader.review(), SETTLING_MS).unref()
  }

  async *#review(): AsyncGenerator<Told> {
    for (const archive of this.#archives.all) {
      if (archive.doubt) archive.unread = {after: archive.doubt.after}
      yield* this.#readMissed(archive)
      if (!archive.unread) archive.doubt = undefined
    }
  }

  /** What a lost session left out; goes on where it was broken off. */
  async *#readMissed(archive: Archive): AsyncGenerator<Told> {
    if (archive.unread) yield* this.#fill(archive, {after: archive.unread.after}, true)
  }

  /** What was said before this run, as far as it is wanted. */
  async *#before(): AsyncGenerator<Told> {
    const {left, since} = this.#following
    const {own} = this.#archives
    if (since !== undefined)
      for (const archive of this.#archives.all) yield* this.#fill(archive, {start: since}, false)
    else if (left) {
      const {after, from = own.since, until: end} = left
      let any = false
      for await (const told of this.#fill({...own, since: from}, {after, end}, true)) {
        any = true
        yield told
      }
      // Prosody knows nothing behind a message that it does not know, instead of saying so (XEP-0313 §4.3).
      if (after && !any) yield* this.#fill(own, {start: from, end}, true, after)
    }
  }

  /** @param unless what is asked for was told already if this is among it */
  async *#fill(
    archive: Archive,
    range: Range,
    news: boolean,
    unless?: string,
  ): AsyncGenerator<Told> {
    const begin = range.after ?? range.start
    const bounded = begin === undefined ? {...range, start: archive.since} : range
    const asked = [this.#stanzas, this.#reader, archive, bounded] as const
    try {
      for await (const found of unless ? catchUpUnless(unless, ...asked) : catchUp(...asked))
        if ('event' in found) yield {event: found, news: false}
        else yield* this.#tellArchived(found, archive, news)
    } catch (error) {
      if (range.after !== undefined && isForgotten(error))
        return yield* this.#fill(archive, {start: archive.since, end: range.end}, news)
      if (isStuck(error)) yield trouble(error, archive.by)
      // Where there is no archive, the offline store has what was missed; but who asks for it by name is told.
      else if (!isNoArchive(error) || !news) throw error
      yield* this.#gap(archive)
    }
  }

  /** The archive cannot say what a session left out that the server has forgotten. */
  *#gap(archive: Archive): Generator<Told> {
    const from = archive.unread?.since
    archive.unread = undefined
    const until = new Date().toISOString()
    if (from) yield {event: {event: 'gap', room: archive.room ?? null, from, until}, news: false}
  }

  async *#tell(item: Item): AsyncGenerator<Told> {
    if ('turn' in item) yield {event: item.turn, news: false}
    else if ('review' in item) yield* this.#review()
    else {
      const event = this.#parse(item.stanza)
      const isEcho = event?.event === 'presence' && event.from === this.#jid
      if (event && this.#joins.isHistory(item.stanza)) yield* this.#tellHistory(event, item.stanza)
      else if (event && !isEcho) yield* this.#once(event, true)
      if (event?.event === 'presence') yield* this.#watchStay(item.stanza)
    }
  }

  /** A room speaks for the past of its own. */
  *#tellHistory(event: StanzaEvent, stanza: Element): Generator<Told> {
    const delay = parseDelay(stanza) ?? null
    const past = 'delay' in event ? {...event, delay: event.delay ?? delay} : event
    for (const told of this.#once(past, false)) yield {...told, isHistory: true}
  }

  /** A room that we are no longer in says nothing any more: whoever listens has to hear that. */
  async *#watchStay(presence: Element): AsyncGenerator<Told> {
    const loss = this.stays.look(presence)
    if (!loss) return
    const room = bareJidOf(presence.attrs.from)
    yield trouble(loss, room)
    const since = new Date().toISOString()
    const entering = this.#joins.enterAgain(room, loss, this.#following.retry ?? 0)
    if (!(await this.#reader.aside(entering))) return // a new session enters all rooms
    const end = await entering
    const archive = this.#archives.all.find((archive) => matchesJid(room, archive.room ?? ''))
    if (!end && archive) {
      this.#archives.missIn(archive, since)
      yield* this.#readMissed(archive)
    }
    if (!end) return
    if (end !== loss) yield trouble(end, room)
    if (this.stays.anyOpen) return
    const {code, exitCode} = end
    throw new Failure(code, 'There is no room left to listen to', exitCode, {
      stage: 'request',
      cause: end,
    })
  }

  #parse(stanza: Element): StanzaEvent | undefined {
    return parseEvent(stanza, bareJidOf(this.#jid), (jid) => this.stays.isRoom(jid))
  }

  async *#tellArchived(
    {delay, id, message}: ArchiveResult,
    archive: Archive,
    news: boolean,
  ): AsyncGenerator<Told> {
    const {room} = archive
    this.#archives.readTo(archive, id)
    const {carbons} = this.#following
    const own = bareJidOf(this.#jid) // as the server writes it
    const event = this.#parse(message)
    if (!event || !('stanzaId' in event)) return
    const isRoom = event.type === 'groupchat'
    const isOurs = bareJidOf(event.from) === own && bareJidOf(event.to) !== own
    if (isRoom !== (room !== undefined) || (isOurs && !carbons)) return
    const archived = {...event, stanzaId: id, delay: delay ?? event.delay}
    this.#archives.moveTo(archived, news) // told before or not: the order of the archive is the one to go by
    yield* this.#once(isOurs ? {...archived, carbon: 'sent'} : archived, news)
  }

  *#once(event: StanzaEvent, news: boolean): Generator<Told> {
    if (!this.#seen.isNew(event)) return
    this.#archives.moveTo(event, news)
    yield {event, news}
  }
}
