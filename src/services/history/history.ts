/** The messages of an archive that `history list` prints, and their order. */
import {type ArchiveResult, PAGE_SIZE} from '../../protocol/archive/archive.ts'
import type {MessageKind} from '../../protocol/event/event.ts'
import {parseArchived} from '../../protocol/event/parse-archived.ts'
import type {StanzaChannel} from '../../xml.ts'
import {type ArchiveFilter, ArchiveReader, type Cursor} from './archive-reader.ts'

export interface HistoryOptions {
  /** Bare JID of the account. */
  own: string
  room: string | undefined
  filter: ArchiveFilter
  /** Only messages after the one with this id, which was sent at this time (RFC 3339) if that is known. */
  after: {id: string; time?: string} | undefined
  /** The maximum number of messages, the newest ones; undefined for all. */
  last: number | undefined
  /** Newest first. */
  reverse: boolean
  kinds: readonly MessageKind['event'][]
  /** Only messages whose text matches. */
  match: RegExp | undefined
  pageTimeout: number
}

/** Reads the archive once, in one or several sessions: each continues where the previous one ended. */
export class History {
  readonly #options: HistoryOptions
  readonly #cursor: Cursor
  /** Newest first, while they are collected in this direction and printed in the other. */
  #collected: MessageKind[] = []
  #count = 0

  constructor(options: HistoryOptions) {
    this.#options = options
    const isBackward = options.reverse || options.last !== undefined
    this.#cursor = isBackward
      ? {before: '', done: false}
      : {after: options.after?.id, time: options.after?.time, done: false}
  }

  /** The number of messages, without the messages. */
  count(stanzas: StanzaChannel): Promise<number> {
    return this.#open(stanzas).count(this.#options.filter)
  }

  /** Groups of events in the order in which they are printed. Throws the failure that ended the session. */
  async *read(stanzas: StanzaChannel): AsyncGenerator<MessageKind[]> {
    const {filter, last = Number.POSITIVE_INFINITY, match, reverse} = this.#options
    const isBackward = this.#cursor.before !== undefined
    const size = match ? PAGE_SIZE : Math.min(PAGE_SIZE, last) // few messages of a page may match
    for await (const page of this.#open(stanzas).pages(filter, this.#cursor, size)) {
      const events = this.#wanted(page)
      if (!isBackward) yield events
      else {
        const newest = events.toReversed().slice(0, last - this.#count)
        this.#count += newest.length
        if (reverse) yield newest
        else this.#collected.push(...newest)
        if (this.#count >= last) this.#cursor.done = true
      }
    }
    yield this.#collected.toReversed()
    this.#collected = []
  }

  #open(stanzas: StanzaChannel): ArchiveReader {
    return new ArchiveReader(stanzas, this.#options)
  }

  #wanted(page: ArchiveResult[]): MessageKind[] {
    const {kinds, match, own, room} = this.#options
    return page.flatMap((result) => {
      const event = parseArchived(result, own, (jid) => jid === room)
      if (!event || !kinds.includes(event.event)) return []
      return !match || match.test(textOf(event)) ? [event] : []
    })
  }
}

function textOf(event: MessageKind): string {
  if (event.event === 'subject') return event.subject
  return 'body' in event ? (event.body ?? '') : ''
}
