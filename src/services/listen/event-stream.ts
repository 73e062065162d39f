/** Everything that is said to an account, once and in order: live, and from archives where a session was missing. */
import {Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import type {ArchiveResult} from '../../protocol/archive/archive.ts'
import {parseDelay} from '../../protocol/core/delay.ts'
import {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import type {StanzaEvent} from '../../protocol/event/event.ts'
import {parseEvent} from '../../protocol/event/parse-event.ts'
import {buildEnableCarbons} from '../../protocol/message/carbons.ts'
import {JoinedRooms} from '../../protocol/muc/joined-rooms.ts'
import type {Element, StanzaChannel} from '../../xml.ts'
import {type ArchiveCursor, ArchiveCursors, type Position} from './archive-cursor.ts'
import {
  type ArchiveRange,
  catchUp,
  catchUpUnlessSeen,
  isNoArchive,
  isPagingLoop,
  isUnknownId,
} from './catch-up.ts'
import {Deduplicator} from './deduplicator.ts'
import type {EventStreamOptions} from './event-stream-options.ts'
import {errorEvent, type StreamItem} from './listen-event.ts'
import {RoomJoins} from './room-joins.ts'
import {isFreshSession, isReconnect, type QueueItem, StanzaQueue, Tee} from './stanza-queue.ts'

// Ejabberd goes on until it had nothing more to send round for 100 ms.
const SETTLING_MS = 1000

export class EventStream {
  readonly #stanzas: StanzaChannel
  readonly #options: EventStreamOptions
  readonly #queue: StanzaQueue
  readonly #joins: RoomJoins
  readonly #cursors: ArchiveCursors
  readonly #deduplicator = new Deduplicator()
  #announced: Promise<unknown> = Promise.resolve()
  /** Who we are in the rooms. */
  readonly rooms: JoinedRooms
  #jid = ''
  #recheckTimer: NodeJS.Timeout | undefined

  /** Without rooms, the presence leaves with the sign-in. */
  constructor(stanzas: StanzaChannel, following: EventStreamOptions) {
    const tap = new Tee()
    this.#stanzas = stanzas
    this.#options = following
    this.#queue = new StanzaQueue(stanzas, (stanza) => {
      this.#joins.look(stanza)
      tap.push(stanza)
    })
    const rooms = following.rooms.map(({room}) => room)
    this.rooms = new JoinedRooms(rooms)
    const arrivals = new StanzaListener(tap.view(stanzas))
    this.#joins = new RoomJoins({arrivals, stanzas}, following.rooms, this.rooms)
    // Whoever asks for what there was gets all of it, told before or not.
    if (!following.since) this.#deduplicator.addAll(following.resumePoint?.recent ?? [])
    if (following.resumePoint?.after && !following.since)
      this.#deduplicator.add(following.resumePoint.after)
    const since = following.since ?? new Date().toISOString()
    this.#cursors = new ArchiveCursors(following.own, rooms, since)
    this.#cursors.own.after = following.resumePoint?.after
    if (rooms.length === 0) this.#announce()
  }

  /** As far as everything before it was told as well. */
  get position(): Position | undefined {
    return this.#cursors.position
  }

  lost(failure: Failure): void {
    this.#queue.turn({event: 'disconnected', error: failure.toJSON()})
  }

  back(jid: string, resumed: boolean): void {
    this.#jid = jid
    if (!resumed && this.#options.rooms.length === 0) this.#announce()
    this.#queue.turn({event: 'reconnected', jid, resumed})
  }

  /** Asking for the next event means that the one before was dealt with, unless it is held. Throws what ended the session. */
  async *events(bound: Promise<{jid: string}>): AsyncGenerator<StreamItem> {
    await this.#queue.bufferWhile(bound)
    const {jid} = await bound
    this.#jid = jid
    const present =
      (await this.#becomePresent()) && (await this.#queue.bufferWhile(this.#announced))
    yield {event: {event: 'ready', jid}, isNew: false}
    for (const {release, stanza} of this.#options.unprinted ?? [])
      yield* this.#handle(this.#queue.take(stanza, release))
    if (present) yield* this.#replayHistory()
    for (;;) {
      const item = await this.#queue.next()
      yield* this.#handle(item)
      if (!isReconnect(item)) continue
      this.#scheduleRecheck(isFreshSession(item))
      if (!isFreshSession(item) || (await this.#becomePresent()))
        for (const archive of this.#cursors.all) yield* this.#readMissed(archive)
    }
  }

  /** The event that was told last does not count as dealt with before this is called back. */
  hold(): () => void {
    return this.#queue.hold()
  }

  /**
   * In the rooms and then to the server, which delivers all that waited as soon as the account is available: a room
   * that cannot be entered must not take that from it. False when a new session began meanwhile.
   */
  async #becomePresent(): Promise<boolean> {
    if (!(await this.#queue.bufferWhile(this.#joins.enterAll()))) return false
    if (this.#options.rooms.length > 0) this.#announce()
    return true
  }

  /** Copies first: from the moment we are present, others may write. */
  #announce(): void {
    const {buildPresence, carbons} = this.#options
    const copies = carbons ? this.#stanzas.set(buildEnableCarbons()) : undefined
    // Confirmed: after a kill, the next run resumes this session, so `ready` has to wait for its id.
    this.#announced = Promise.all([copies, this.#stanzas.sendConfirmed(buildPresence())])
    this.#announced.catch(() => {}) // `events` awaits the first; later it worked before, and the reader hears of the end
  }

  /**
   * A resumed session may have a gap, too: ejabberd sends what arrives while it moves a session round once more, to
   * come late and out of order, or to the offline store. When that is over, a second look at the archive is complete.
   */
  #scheduleRecheck(isNewSession: boolean): void {
    this.#cursors.markUncertain()
    this.#cursors.miss(isNewSession ? this.#queue.caughtUp.toISOString() : undefined)
    clearTimeout(this.#recheckTimer)
    this.#recheckTimer = setTimeout(() => this.#queue.requestRecheck(), SETTLING_MS).unref()
  }

  async *#recheck(): AsyncGenerator<StreamItem> {
    for (const archive of this.#cursors.all) {
      if (archive.uncertainSince) archive.unread = {after: archive.uncertainSince.after}
      yield* this.#readMissed(archive)
      if (!archive.unread) archive.uncertainSince = undefined
    }
  }

  /** What a lost session left out; goes on where it was broken off. */
  async *#readMissed(archive: ArchiveCursor): AsyncGenerator<StreamItem> {
    if (archive.unread) yield* this.#fetchRange(archive, {after: archive.unread.after}, true)
  }

  /** What was said before this run, as far as it is wanted. */
  async *#replayHistory(): AsyncGenerator<StreamItem> {
    const {resumePoint: left, since} = this.#options
    const {own} = this.#cursors
    if (since !== undefined)
      for (const archive of this.#cursors.all)
        yield* this.#fetchRange(archive, {start: since}, false)
    else if (left) {
      const {after, from = own.since, until: end} = left
      let any = false
      for await (const told of this.#fetchRange({...own, since: from}, {after, end}, true)) {
        any = true
        yield told
      }
      // Prosody knows nothing behind a message that it does not know, instead of saying so (XEP-0313 §4.3).
      if (after && !any) yield* this.#fetchRange(own, {start: from, end}, true, after)
    }
  }

  /** @param unless what is asked for was told already if this is among it */
  async *#fetchRange(
    archive: ArchiveCursor,
    range: ArchiveRange,
    news: boolean,
    unless?: string,
  ): AsyncGenerator<StreamItem> {
    const begin = range.after ?? range.start
    const bounded = begin === undefined ? {...range, start: archive.since} : range
    const asked = [this.#stanzas, this.#queue, archive, bounded] as const
    try {
      for await (const found of unless ? catchUpUnlessSeen(unless, ...asked) : catchUp(...asked))
        if ('event' in found) yield {event: found, isNew: false}
        else yield* this.#handleArchived(found, archive, news)
    } catch (error) {
      if (range.after !== undefined && isUnknownId(error))
        return yield* this.#fetchRange(archive, {start: archive.since, end: range.end}, news)
      if (isPagingLoop(error)) yield errorEvent(error, archive.by)
      // Where there is no archive, the offline store has what was missed; but who asks for it by name is told.
      else if (!isNoArchive(error) || !news) throw error
      yield* this.#gap(archive)
    }
  }

  /** The archive cannot say what a session left out that the server has forgotten. */
  *#gap(archive: ArchiveCursor): Generator<StreamItem> {
    const from = archive.unread?.since
    archive.unread = undefined
    const until = new Date().toISOString()
    if (from) yield {event: {event: 'gap', room: archive.room ?? null, from, until}, isNew: false}
  }

  async *#handle(item: QueueItem): AsyncGenerator<StreamItem> {
    if ('turn' in item) yield {event: item.turn, isNew: false}
    else if ('review' in item) yield* this.#recheck()
    else {
      const event = this.#parse(item.stanza)
      const isEcho = event?.event === 'presence' && event.from === this.#jid
      if (event && this.#joins.isHistory(item.stanza)) yield* this.#tellHistory(event, item.stanza)
      else if (event && !isEcho) yield* this.#deduplicate(event, true)
      if (event?.event === 'presence') yield* this.#watchRooms(item.stanza)
    }
  }

  /** A room speaks for the past of its own. */
  *#tellHistory(event: StanzaEvent, stanza: Element): Generator<StreamItem> {
    const delay = parseDelay(stanza) ?? null
    const past = 'delay' in event ? {...event, delay: event.delay ?? delay} : event
    for (const told of this.#deduplicate(past, false)) yield {...told, isHistory: true}
  }

  /** A room that we are no longer in says nothing any more: whoever listens has to hear that. */
  async *#watchRooms(presence: Element): AsyncGenerator<StreamItem> {
    const loss = this.rooms.handlePresence(presence)
    if (!loss) return
    const room = bareJidOf(presence.attrs.from)
    yield errorEvent(loss, room)
    const since = new Date().toISOString()
    const entering = this.#joins.enterAgain(room, loss, this.#options.retry ?? 0)
    if (!(await this.#queue.bufferWhile(entering))) return // a new session enters all rooms
    const end = await entering
    const archive = this.#cursors.all.find((archive) => matchesJid(room, archive.room ?? ''))
    if (!end && archive) {
      this.#cursors.missIn(archive, since)
      yield* this.#readMissed(archive)
    }
    if (!end) return
    if (end !== loss) yield errorEvent(end, room)
    if (this.rooms.anyJoined) return
    const {code, exitCode} = end
    throw new Failure(code, 'There is no room left to listen to', exitCode, {
      stage: 'request',
      cause: end,
    })
  }

  #parse(stanza: Element): StanzaEvent | undefined {
    return parseEvent(stanza, bareJidOf(this.#jid), (jid) => this.rooms.isRoom(jid))
  }

  async *#handleArchived(
    {delay, id, message}: ArchiveResult,
    archive: ArchiveCursor,
    news: boolean,
  ): AsyncGenerator<StreamItem> {
    const {room} = archive
    this.#cursors.readTo(archive, id)
    const {carbons} = this.#options
    const own = bareJidOf(this.#jid) // as the server writes it
    const event = this.#parse(message)
    if (!event || !('stanzaId' in event)) return
    const isRoom = event.type === 'groupchat'
    const isOurs = bareJidOf(event.from) === own && bareJidOf(event.to) !== own
    if (isRoom !== (room !== undefined) || (isOurs && !carbons)) return
    const archived = {...event, stanzaId: id, delay: delay ?? event.delay}
    this.#cursors.moveTo(archived, news) // told before or not: the order of the archive is the one to go by
    yield* this.#deduplicate(isOurs ? {...archived, carbon: 'sent'} : archived, news)
  }

  *#deduplicate(event: StanzaEvent, news: boolean): Generator<StreamItem> {
    if (!this.#deduplicator.isNew(event)) return
    this.#cursors.moveTo(event, news)
    yield {event, isNew: news}
  }
}
