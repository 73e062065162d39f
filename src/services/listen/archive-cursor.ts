/** How far a run is in the archive of the account and in those of rooms. */
import {matchesJid} from '../../jid-comparison.ts'
import type {StanzaEvent} from '../../protocol/event/event.ts'

/** In how many of the newest messages of an archive a session that came back may have left a hole. */
const LOOK_BACK = 1000

/** Where the messages of one conversation partner or of the account are kept, and how far we are in it. */
export interface ArchiveCursor {
  /** The room whose archive it is; undefined for our own. */
  room: string | undefined
  /** Bare JID that results come from. */
  by: string
  /** The last message that was told. */
  after: string | undefined
  /** Where to look again, since the session came back behind this message; undefined while nothing is in doubt. */
  uncertainSince?: {after: string | undefined; recent: string[]} | undefined
  /** How far what a lost session left out has been read, and since when, if the server has forgotten the session. */
  unread?: {after: string | undefined; since?: string | undefined} | undefined
  /** RFC 3339: where to begin when there is none, or the archive has it no more. */
  since: string
}

/** A message of our own archive, and when it was said. */
export interface Position {
  after: string
  time: string
}

export class ArchiveCursors {
  readonly own: ArchiveCursor
  /** Our own first. */
  readonly all: ArchiveCursor[]
  #position: Position | undefined
  /** Where we were when something came into doubt. */
  #lastCertain: Position | undefined

  /** @param since RFC 3339 */
  constructor(own: string, rooms: string[], since: string) {
    const beginning = {after: undefined, since}
    this.own = {room: undefined, by: own, ...beginning}
    this.all = [this.own, ...rooms.map((room) => ({room, by: room, ...beginning}))]
  }

  /**
   * Up to where our own archive was told, that which is being dealt with included; history does not count. Undefined
   * where nobody can tell.
   */
  get position(): Position | undefined {
    return this.own.uncertainSince ? this.#lastCertain : this.#position
  }

  /** What was told last may not be all that there was before it. */
  markUncertain(): void {
    if (!this.own.uncertainSince) this.#lastCertain = this.#position
    for (const archive of this.all) archive.uncertainSince ??= {after: archive.after, recent: []}
  }

  /**
   * A session was lost, and messages with it. Until they are read, what is told live is no progress.
   *
   * @param since RFC 3339, where the session was forgotten
   */
  miss(since: string | undefined): void {
    for (const archive of this.all) this.missIn(archive, since)
  }

  missIn(archive: ArchiveCursor, since: string | undefined): void {
    archive.unread ??= {after: archive.after}
    archive.unread.since ??= since
  }

  /** What was missed was read up to this message. Far behind it, nothing is in doubt any longer. */
  readTo({uncertainSince: doubt, unread}: ArchiveCursor, id: string): void {
    if (unread) unread.after = id
    if (doubt && doubt.recent.push(id) > LOOK_BACK) doubt.after = doubt.recent.shift()
  }

  /** @param news it is told because it is new, and not as history */
  moveTo(event: StanzaEvent, news: boolean): void {
    if (!('stanzaId' in event) || event.stanzaId === null) return
    const {delay, stanzaId, type} = event
    const room = type === 'groupchat' ? (event.room ?? undefined) : undefined
    const archive = this.all.find((archive) => matchesJid(room ?? '', archive.room ?? ''))
    if (archive) archive.after = stanzaId
    if (news && room === undefined)
      this.#position = {after: stanzaId, time: delay ?? new Date().toISOString()}
  }
}
