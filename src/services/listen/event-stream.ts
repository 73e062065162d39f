/** All events of an account, once and in order: live ones, and those from archives that a session has missed. */
import type {Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import type {ArchiveResult} from '../../protocol/archive/archive.ts'
import {parseDelay} from '../../protocol/core/delay.ts'
import {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import type {StanzaEvent} from '../../protocol/event/event.ts'
import {parseArchived} from '../../protocol/event/parse-archived.ts'
import {parseEvent} from '../../protocol/event/parse-event.ts'
import {buildEnableCarbons} from '../../protocol/message/carbons.ts'
import {JoinedRooms} from '../../protocol/muc/joined-rooms.ts'
import type {Element, StanzaChannel} from '../../xml.ts'
import {type ArchiveCursor, ArchiveCursors, type Position} from './archive-cursor.ts'
import {ArchiveReplay} from './archive-replay.ts'
import {Deduplicator, keysOf} from './deduplicator.ts'
import type {EventStreamOptions, ResumePoint} from './event-stream-options.ts'
import {errorEvent, type StreamItem} from './listen-event.ts'
import {RoomJoins} from './room-joins.ts'
import {isFreshSession, isReconnect, type QueueItem, StanzaQueue} from './stanza-queue.ts'
import {StoredMessages} from './stored-messages.ts'

export class EventStream {
  readonly #stanzas: StanzaChannel
  readonly #options: EventStreamOptions
  readonly #queue: StanzaQueue
  readonly #joins: RoomJoins
  readonly #cursors: ArchiveCursors
  readonly #archives: ArchiveReplay
  readonly #deduplicator = new Deduplicator()
  readonly #stored: StoredMessages
  #announced: Promise<unknown> = Promise.resolve()
  readonly rooms: JoinedRooms
  /** The full JID of this session. */
  #jid = ''
  #isHistoryOver = false

  /** Without rooms, the presence leaves with the sign-in. */
  constructor(stanzas: StanzaChannel, options: EventStreamOptions) {
    this.#stanzas = stanzas
    this.#options = options
    this.#queue = new StanzaQueue(stanzas.incoming(), (stanza) => this.#joins.handleStanza(stanza))
    const rooms = options.rooms.map(({room}) => room)
    this.rooms = new JoinedRooms(rooms)
    const session = {arrivals: new StanzaListener(stanzas), stanzas}
    this.#stored = new StoredMessages(stanzas)
    this.#joins = new RoomJoins(session, options.rooms, this.rooms)
    const {own, resumePoint, since} = options
    this.#cursors = new ArchiveCursors(own, options.rooms, since ?? new Date().toISOString())
    this.#cursors.own.after = resumePoint?.after
    if (this.#mayBeLate) this.#expectLate(resumePoint)
    this.#archives = new ArchiveReplay(stanzas, this.#queue, this.#cursors, (...result) =>
      this.#handleArchived(...result),
    )
    // With a given time, all messages since then are printed, even if an earlier run has printed them.
    if (!since) this.#deduplicator.addAll(resumePoint?.recent ?? [])
    if (!since && resumePoint?.after) this.#deduplicator.add(resumePoint.after)
    if (rooms.length === 0) this.#announce()
  }

  /** The archives have messages that were requested (`since`) or missed, and not read yet. */
  get hasUnread(): boolean {
    return !this.#isHistoryOver || this.#cursors.all.some(({unread}) => unread !== undefined)
  }

  /** The last message up to which all messages of the account were printed. */
  get position(): Position | undefined {
    return this.#cursors.position
  }

  disconnected(failure: Failure): void {
    this.#queue.pushConnectionEvent({event: 'disconnected', error: failure.toJSON()})
  }

  reconnected(jid: string, resumed: boolean): void {
    this.#jid = jid
    if (!resumed && this.#options.rooms.length === 0) this.#announce()
    this.#queue.pushConnectionEvent({event: 'reconnected', jid, resumed})
  }

  /**
   * The events. Each one counts as handled when the next one is requested, unless it is held. Throws the failure that
   * ended the session.
   */
  async *events(bound: Promise<{jid: string}>): AsyncGenerator<StreamItem> {
    await this.#queue.bufferWhile(bound)
    const {jid} = await bound
    this.#jid = jid
    const isPresent =
      (await this.#becomePresent()) && (await this.#queue.bufferWhile(this.#announced))
    yield {event: {event: 'ready', jid}, isNew: false}
    yield* this.#joinReports()
    if (this.#mayBeLate) this.#queue.requestRecheck()
    for (const {release, stanza} of this.#options.unprinted ?? [])
      yield* this.#handle(this.#queue.take(stanza, release))
    if (isPresent) yield* this.#archives.history(this.#options)
    this.#isHistoryOver = true
    for (;;) {
      const item = await this.#queue.next()
      yield* this.#handle(item)
      if (!isReconnect(item)) continue
      this.#scheduleRecheck(isFreshSession(item))
      const isPresent = !isFreshSession(item) || (await this.#becomePresent())
      yield* this.#joinReports()
      if (isPresent) yield* this.#archives.missed()
    }
  }

  /** The last event does not count as handled before the returned function is called. */
  deferAck(): () => void {
    return this.#queue.deferAck()
  }

  /**
   * Joins the rooms and then becomes available. The server delivers its stored messages to an available session at
   * once: a room that cannot be joined must not cost these messages. False when a new session began meanwhile.
   */
  async #becomePresent(): Promise<boolean> {
    if (!(await this.#queue.bufferWhile(this.#joins.enterAll()))) return false
    if (this.#options.rooms.length > 0) this.#announce()
    return true
  }

  /** Carbons first: from the moment the session is available, other clients may send messages. */
  #announce(): void {
    const {buildPresence, carbons} = this.#options
    const enabled = carbons ? this.#stanzas.set(buildEnableCarbons()) : undefined
    const presence = buildPresence()
    // Confirmed: after a kill, the next run resumes this session, so `ready` has to wait for its id.
    const available = this.#stanzas.sendConfirmed(presence)
    this.#announced = Promise.all([enabled, available.then(() => this.#stored.fetchSoon(presence))])
    this.#announced.catch(() => {}) // `events` awaits the first one; a later failure ends the session
  }

  /**
   * After a kill, ejabberd can archive a message late that arrived while the session of that run was resumed: behind
   * messages that this run has received.
   */
  get #mayBeLate(): boolean {
    return this.#options.earlierSessions !== undefined
  }

  /** Until the archive was read again, the next run begins where this one did. */
  #expectLate(resumePoint: ResumePoint | undefined): void {
    this.#cursors.own.since = resumePoint?.from ?? this.#cursors.own.since
    this.#cursors.markUncertain()
  }

  /**
   * A resumed session may have a gap, too: ejabberd sends a message that arrives during the resumption late and out of
   * order, or stores it. When that is over, the archive is complete.
   */
  #scheduleRecheck(isFreshSession: boolean): void {
    this.#cursors.markUncertain()
    this.#cursors.miss(isFreshSession ? this.#queue.lastDrained.toISOString() : undefined)
    this.#queue.requestRecheck()
  }

  async *#handle(item: QueueItem): AsyncGenerator<StreamItem> {
    if ('connection' in item) yield {event: item.connection, isNew: false}
    else if ('recheck' in item) yield* this.#archives.recheck()
    else {
      const {stanza} = item
      const removal = this.#stored.removalOf(stanza)
      if (removal) this.#queue.onHandled(removal)
      const event = parseEvent(stanza, this.#own, this.#isRoom)
      const isEcho = event?.event === 'presence' && event.from === this.#jid
      if (event && this.#joins.isHistory(stanza)) yield* this.#handleRoomHistory(event, stanza)
      else if (event && !isEcho) yield* this.#deduplicate(event, true, stanza)
      if (event?.event === 'presence') yield* this.#watchRooms(stanza)
    }
  }

  /** Any delay counts here: the room itself sends its history. */
  *#handleRoomHistory(event: StanzaEvent, stanza: Element): Generator<StreamItem> {
    const delay = parseDelay(stanza) ?? null
    const past = 'delay' in event ? {...event, delay: event.delay ?? delay} : event
    for (const item of this.#deduplicate(past, false, stanza)) yield {...item, isHistory: true}
  }

  /** Reports that the account has left a room against its will, and joins it again if that was asked for. */
  async *#watchRooms(presence: Element): AsyncGenerator<StreamItem> {
    const loss = this.rooms.handlePresence(presence)
    if (!loss) return
    const room = bareJidOf(presence.attrs.from)
    yield errorEvent(loss, room)
    const since = new Date().toISOString()
    const rejoining = this.#joins.enterAgain(room, loss, this.#options.retry ?? 0)
    if (!(await this.#queue.bufferWhile(rejoining))) return // a new session joins all rooms
    const failure = await rejoining
    yield* this.#joinReports()
    const archive = this.#cursors.all.find((archive) => matchesJid(room, archive.room ?? ''))
    if (!failure && archive) {
      this.#cursors.missIn(archive, since)
      yield* this.#archives.missedIn(archive)
    }
    if (!failure) return
    if (failure !== loss) yield errorEvent(failure, room)
    if (this.rooms.anyJoined) return
    throw failure.with({message: 'This account is no longer in any of the rooms', stage: 'request'})
  }

  *#joinReports(): Generator<StreamItem> {
    for (const report of this.#joins.takeReports()) {
      const {room} = report
      if ('failure' in report) {
        this.#cursors.remove(room)
        yield errorEvent(report.failure, room)
      } else {
        const persistent = report.created === 'persistent'
        yield {event: {event: 'room-created', room, persistent}, isNew: false}
      }
    }
  }

  readonly #isRoom = (jid: string): boolean => this.rooms.isRoom(jid)

  /** The bare JID as the server writes it. */
  get #own(): string {
    return bareJidOf(this.#jid)
  }

  /** The order of the archive decides how far the run is, whether the message was printed before or not. */
  *#handleArchived(
    result: ArchiveResult,
    archive: ArchiveCursor,
    isNew: boolean,
  ): Generator<StreamItem> {
    this.#cursors.readTo(archive, result.id)
    const event = parseArchived(result, this.#own, this.#isRoom)
    if (!event || (event.type === 'groupchat') !== (archive.room !== undefined)) return
    if (event.carbon === 'sent' && !this.#options.carbons) return
    this.#cursors.moveTo(event, isNew)
    yield* this.#deduplicate(event, isNew, result)
  }

  *#deduplicate(
    event: StanzaEvent,
    isNew: boolean,
    source: Element | ArchiveResult,
  ): Generator<StreamItem> {
    const keys = keysOf(event)
    if (!this.#deduplicator.isNew(event, keys)) return
    this.#cursors.moveTo(event, isNew)
    yield {event, isNew, keys, source}
  }
}
