/** The position of a run in the archive of the account and in those of its rooms. */
import {matchesJid} from '../../jid-comparison.ts'
import type {StanzaEvent} from '../../protocol/event/event.ts'
import type {RoomEntry} from './room-joins.ts'

/** The number of newest messages in an archive among which a resumed session may have missed some. */
const LOOK_BACK = 1000

/** One archive, and the position in it. */
export interface ArchiveCursor {
  /** The room whose archive it is; undefined for the archive of the account. */
  room: string | undefined
  /** The run goes on without this archive if it does not exist. */
  isOptional: boolean
  /** The bare JID that sends its results. */
  by: string
  /** The id of the last message that was printed. */
  after: string | undefined
  /** The start of the next recheck, after a session was resumed; undefined if no recheck is due. */
  uncertainSince?: {after: string | undefined; recent: string[]} | undefined
  /** How far the messages that a lost session missed were read; `since` if the server has forgotten the session. */
  unread?: {after: string | undefined; since?: string | undefined} | undefined
  /** RFC 3339: where to begin without an id, or with one that the archive has dropped. */
  since: string
}

/** A message in the archive of the account, and when it was sent. */
export interface Position {
  after: string
  time: string
}

export class ArchiveCursors {
  readonly own: ArchiveCursor
  /** The archive of the account is the first. */
  all: ArchiveCursor[]
  #position: Position | undefined
  /** The position before messages may have been missed. */
  #lastCertain: Position | undefined

  /** @param since RFC 3339 */
  constructor(own: string, rooms: Pick<RoomEntry, 'room' | 'isOptional'>[], since: string) {
    const beginning = {after: undefined, since}
    this.own = {room: undefined, isOptional: false, by: own, ...beginning}
    const ofRooms = rooms.map(({isOptional = false, room}) => ({
      ...{room, isOptional, by: room},
      ...beginning,
    }))
    this.all = [this.own, ...ofRooms]
  }

  /**
   * The last message of the account's archive that was printed or is being printed; history does not count. Undefined
   * if it is not known.
   */
  get position(): Position | undefined {
    return this.own.uncertainSince ? this.#lastCertain : this.#position
  }

  /** The run continues without this room. */
  remove(room: string): void {
    this.all = this.all.filter((archive) => archive.room !== room)
  }

  /** Messages before the last printed one may have been missed. */
  markUncertain(): void {
    if (!this.own.uncertainSince) this.#lastCertain = this.#position
    for (const archive of this.all) archive.uncertainSince ??= {after: archive.after, recent: []}
  }

  /**
   * A session was lost. Until the messages that it missed are read, live messages do not advance the position.
   *
   * @param since RFC 3339, if the server has forgotten the session
   */
  miss(since: string | undefined): void {
    for (const archive of this.all) this.missIn(archive, since)
  }

  missIn(archive: ArchiveCursor, since: string | undefined): void {
    archive.unread ??= {after: archive.after}
    archive.unread.since ??= since
  }

  /** The missed messages were read up to this one. Messages far behind it need no recheck. */
  readTo({uncertainSince: doubt, unread}: ArchiveCursor, id: string): void {
    if (unread) unread.after = id
    if (doubt && doubt.recent.push(id) > LOOK_BACK) doubt.after = doubt.recent.shift()
  }

  /** @param isNew false for a message that is printed as history */
  moveTo(event: StanzaEvent, isNew: boolean): void {
    if (!('stanzaId' in event) || event.stanzaId === null) return
    const {delay, stanzaId, type} = event
    const room = type === 'groupchat' ? (event.room ?? undefined) : undefined
    const archive = this.all.find((archive) => matchesJid(room ?? '', archive.room ?? ''))
    if (archive) archive.after = stanzaId
    if (isNew && room === undefined)
      this.#position = {after: stanzaId, time: delay ?? new Date().toISOString()}
  }
}
