/** XEP-0313: events from archives: messages from before the run, and messages that a lost session missed. */
import type {Failure} from '../../errors.ts'
import {type ArchiveResult, isUnknownId} from '../../protocol/archive/archive.ts'
import type {Iq} from '../../xml.ts'
import type {ArchiveCursor, ArchiveCursors} from './archive-cursor.ts'
import {
  type ArchiveRange,
  catchUp,
  catchUpUnlessSeen,
  isNoArchive,
  isPagingLoop,
} from './catch-up.ts'
import type {EventStreamOptions} from './event-stream-options.ts'
import {errorEvent, type StreamItem} from './listen-event.ts'
import type {StanzaQueue} from './stanza-queue.ts'

/** From an archived message to its events. `isNew` is false for a message that is printed as history. */
export type HandleResult = (
  result: ArchiveResult,
  archive: ArchiveCursor,
  isNew: boolean,
) => Iterable<StreamItem>

export class ArchiveReplay {
  readonly #iq: Iq
  readonly #queue: StanzaQueue
  readonly #cursors: ArchiveCursors
  readonly #handle: HandleResult

  constructor(iq: Iq, queue: StanzaQueue, cursors: ArchiveCursors, handle: HandleResult) {
    this.#iq = iq
    this.#queue = queue
    this.#cursors = cursors
    this.#handle = handle
  }

  /** Messages from before this run: since a given time, or since the end of the previous run. */
  async *history({
    earlierSessions,
    resumePoint,
    since,
  }: Pick<
    EventStreamOptions,
    'earlierSessions' | 'resumePoint' | 'since'
  >): AsyncGenerator<StreamItem> {
    const {all, own} = this.#cursors
    if (since !== undefined)
      for (const archive of all) yield* this.#fetch(archive, {start: since}, false)
    else if (resumePoint) {
      const {after, from = own.since, time, until: end} = resumePoint
      let isEmpty = true
      const unread = earlierSessions === 'lost' ? {after, since: time} : undefined
      const archive = {...own, since: from, unread}
      for await (const item of this.#fetch(archive, {after, end}, true)) {
        isEmpty = false
        yield item
      }
      // Prosody sends an empty page for an unknown id, instead of an error (XEP-0313 §4.3).
      if (after && isEmpty) yield* this.#fetch(own, {start: from, end}, true, after)
    }
  }

  /** Messages that lost sessions missed, in all archives. A call goes on where an earlier one was interrupted. */
  async *missed(): AsyncGenerator<StreamItem> {
    for (const archive of this.#cursors.all) yield* this.missedIn(archive)
  }

  async *missedIn(archive: ArchiveCursor): AsyncGenerator<StreamItem> {
    if (archive.unread) yield* this.#fetch(archive, {after: archive.unread.after}, true)
  }

  /** A second look at messages that could still have been on their way at the first one. */
  async *recheck(): AsyncGenerator<StreamItem> {
    for (const archive of this.#cursors.all) {
      if (archive.uncertainSince) archive.unread = {after: archive.uncertainSince.after}
      yield* this.missedIn(archive)
      if (!archive.unread) archive.uncertainSince = undefined
    }
  }

  /** @param unlessSeen the range is skipped if it contains the message with this id */
  async *#fetch(
    archive: ArchiveCursor,
    range: ArchiveRange,
    isNew: boolean,
    unlessSeen?: string,
  ): AsyncGenerator<StreamItem> {
    const begin = range.after ?? range.start
    const bounded = begin === undefined ? {...range, start: archive.since} : range
    const query = [this.#iq, this.#queue, archive, bounded] as const
    const results = unlessSeen ? catchUpUnlessSeen(unlessSeen, ...query) : catchUp(...query)
    try {
      for await (const result of results)
        if ('event' in result) yield {event: result, isNew: false}
        else yield* this.#handle(result, archive, isNew)
    } catch (error) {
      if (range.after !== undefined && isUnknownId(error))
        return yield* this.#fetch(archive, {start: archive.since, end: range.end}, isNew)
      if (isPagingLoop(error)) yield errorEvent(error, archive.by)
      else if (archive.isOptional && !isNew && isNoArchive(error))
        yield errorEvent(noArchive(error), archive.by)
      // Without an archive, the server stores offline messages; a request for history still fails.
      else if (!isNoArchive(error) || !isNew) throw error
      yield* this.#gap(archive)
    }
  }

  /** The archive does not have the messages of a session that the server has forgotten. */
  *#gap(archive: ArchiveCursor): Generator<StreamItem> {
    const from = archive.unread?.since
    archive.unread = undefined
    const until = new Date().toISOString()
    if (from) yield {event: {event: 'gap', room: archive.room ?? null, from, until}, isNew: false}
  }
}

const noArchive = (error: Failure): Failure =>
  error.with({code: 'no-archive', message: 'The room has no message archive (XEP-0313)'})
