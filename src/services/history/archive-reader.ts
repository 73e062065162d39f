/** Reads an archive page by page (XEP-0313 §4, XEP-0059), in both directions. */
import {randomUUID} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {nextTurn} from '../../next-turn.ts'
import {
  type ArchivePage,
  type ArchiveQuery,
  type ArchiveResult,
  isFromArchive,
  isUnknownId,
  PAGE_SIZE,
  pagingLoop,
  parseResult,
  queryArchive,
} from '../../protocol/archive/archive.ts'
import type {Element, StanzaChannel} from '../../xml.ts'

export type ArchiveFilter = Pick<ArchiveQuery, 'start' | 'end' | 'with'>

/** The start of the next page; `done` when no page is left. It outlives the session, so that a retry continues there. */
export interface Cursor {
  after?: string | undefined
  before?: string | undefined
  /** When the message with the id `after` was sent, if that is known: RFC 3339. */
  time?: string | undefined
  done: boolean
}

export interface ArchiveReaderOptions {
  /** Bare JID of the account, which may be missing as the sender of its own archive. */
  own: string
  /** Bare JID of the room whose archive is read; undefined for the archive of the account. */
  room: string | undefined
  /** The longest time that one page may take, in milliseconds. */
  pageTimeout: number
}

export class ArchiveReader {
  readonly #stanzas: StanzaChannel
  readonly #options: ArchiveReaderOptions
  #arrived: ArchiveResult[] = []
  #refused: unknown

  constructor(stanzas: StanzaChannel, options: ArchiveReaderOptions) {
    this.#stanzas = stanzas
    this.#options = options
    this.#collect(stanzas.incoming()).catch((error) => {
      this.#refused = error
    })
  }

  /** The number of messages (XEP-0059 §2.7). An archive that does not give it is read to its end. */
  async count(filter: ArchiveFilter): Promise<number> {
    const {count} = await this.#query({...filter, max: 0})
    if (count !== undefined) return count
    let total = 0
    for await (const page of this.pages(filter, {done: false}, PAGE_SIZE)) total += page.length
    return total
  }

  /**
   * Pages of at most `max` results, oldest first within each page. A cursor with `before` goes back in time, any other
   * one forward. The cursor moves on when the next page is asked for.
   */
  async *pages(
    filter: ArchiveFilter,
    cursor: Cursor,
    max: number,
  ): AsyncGenerator<ArchiveResult[]> {
    const isBackward = cursor.before !== undefined
    const start = cursor.after
    while (!cursor.done) {
      const {after, before} = cursor
      const page = await this.#query({...filter, after, before, max})
      const {results} = page
      const next = isBackward ? (page.first ?? results[0]?.id) : (page.last ?? results.at(-1)?.id)
      // Both servers can send an empty page where they should answer `item-not-found` (§4.3.1).
      if (after !== undefined && after === start && results.length === 0)
        await this.#checkId(after, cursor.time)
      if (next !== undefined && next === (isBackward ? before : after))
        throw pagingLoop(this.#options.room ?? this.#options.own)
      yield results
      if (isBackward) cursor.before = next
      else cursor.after = next ?? after
      cursor.done ||= page.complete || next === undefined // the caller may have enough
    }
  }

  /**
   * Throws `unknown-id` (67) if the archive does not have this message. It is looked up by its time, if that is known:
   * ejabberd cannot look up ids.
   */
  async #checkId(id: string, time: string | undefined): Promise<void> {
    const query = time === undefined ? {ids: [id], max: 1} : {start: time, max: 10}
    try {
      const {results} = await this.#query(query)
      const isKnown = results.some((result) => result.id === id)
      if (!isKnown && (time === undefined ? results.length === 0 : results.length > 0))
        throw unknownId()
    } catch (error) {
      const {condition} = error as Failure
      if (condition !== 'bad-request' && condition !== 'feature-not-implemented') throw error
    }
  }

  async #query(
    query: Omit<ArchiveQuery, 'queryId'>,
  ): Promise<ArchivePage & {results: ArchiveResult[]}> {
    const queryId = randomUUID()
    this.#arrived = []
    const page = await within(
      this.#options.pageTimeout,
      queryArchive(this.#stanzas, {...query, queryId}, this.#options.room),
    ).catch((error) => {
      throw asReadFailure(error, query)
    })
    await nextTurn() // the results came before the answer, and may still wait to be read
    if (this.#refused) throw this.#refused
    return {...page, results: this.#arrived.filter((result) => result.queryId === queryId)}
  }

  async #collect(incoming: AsyncIterable<Element>): Promise<void> {
    const {own, room} = this.#options
    for await (const stanza of incoming) {
      const isFrom = isFromArchive(stanza.attrs.from, own, room)
      const result = isFrom ? parseResult(stanza) : undefined
      if (result) this.#arrived.push(result)
    }
  }
}

function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const failure = new Failure('timeout', 'The archive did not answer in time', EXIT.deadline, {
      stage: 'request',
    })
    timer = setTimeout(() => reject(failure), ms)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/** A query changes nothing: it can be repeated, although it is an IQ of type set. */
function asReadFailure(error: unknown, {after, ids}: Pick<ArchiveQuery, 'after' | 'ids'>): unknown {
  if (!(error instanceof Failure)) return error
  const {cause, stage} = error
  if (error.isUnknownOutcome && cause instanceof Failure) return cause // what ended the session
  if (error.condition === 'service-unavailable' || error.condition === 'feature-not-implemented')
    return new Failure('no-archive', 'There is no message archive (XEP-0313)', EXIT.unavailable, {
      stage,
      condition: error.condition,
      cause,
    })
  return isUnknownId(error) && (after ?? ids) !== undefined ? unknownId(error) : error
}

const unknownId = (cause?: unknown): Failure =>
  new Failure('unknown-id', 'The archive has no message with this id', EXIT.noUser, {
    stage: 'request',
    hint: 'It may have expired. Use --since TIME instead',
    cause,
  })
