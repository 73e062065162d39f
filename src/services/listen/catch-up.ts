/** XEP-0313 §4: reads the archived messages of a time without a session, oldest first, page by page. */
import {randomUUID} from 'node:crypto'
import {Failure, toFailure} from '../../errors.ts'
import {nextTurn} from '../../next-turn.ts'
import {
  type ArchivePage,
  type ArchiveResult,
  isFromArchive,
  isUnknownId,
  PAGE_SIZE,
  pagingLoop,
  parseResult,
  queryArchive,
} from '../../protocol/archive/archive.ts'
import type {Iq} from '../../xml.ts'
import type {ArchiveCursor} from './archive-cursor.ts'
import {type ConnectionEvent, isReconnect, type StanzaQueue} from './stanza-queue.ts'

export interface ArchiveRange {
  after?: string | undefined
  start?: string | undefined
  end?: string | undefined
}

/**
 * The results as they arrive, with connection events between them; live stanzas are deferred. Ends early after a
 * reconnect: the archive then has unread messages. Throws the refusal of the archive, and `bad-archive` (see `isPagingLoop`).
 */
export async function* catchUp(
  iq: Iq,
  reader: StanzaQueue,
  archive: ArchiveCursor,
  range: ArchiveRange,
): AsyncGenerator<ArchiveResult | ConnectionEvent> {
  const pages = new Set([range.after])
  for (let next = range; ; ) {
    const isFirst: boolean = next === range
    const page: PageOutcome = yield* readPage(iq, reader, archive, next, isFirst)
    if (page === 'broken') return
    if (page.complete || page.last === undefined) {
      archive.unread = undefined
      return
    }
    if (pages.has(page.last)) throw pagingLoop(archive.by)
    pages.add(page.last)
    next = {...next, after: page.last}
  }
}

/** The same after the last page, but no results if the message with this id is among them. */
export async function* catchUpUnlessSeen(
  id: string,
  ...asked: Parameters<typeof catchUp>
): AsyncGenerator<ArchiveResult | ConnectionEvent> {
  const results: ArchiveResult[] = []
  for await (const found of catchUp(...asked)) {
    if ('event' in found) yield found
    else if (found.id === id) return
    else results.push(found)
  }
  yield* results
}

export const isPagingLoop = (error: unknown): error is Failure =>
  error instanceof Failure && error.code === 'bad-archive'

type PageOutcome = ArchivePage | 'broken'

async function* readPage(
  iq: Iq,
  reader: StanzaQueue,
  {by, room}: ArchiveCursor,
  range: ArchiveRange,
  isFirst: boolean,
): AsyncGenerator<ArchiveResult | ConnectionEvent, PageOutcome> {
  const queryId = randomUUID()
  let page = undefined as ArchivePage | undefined
  let refusal: Failure | undefined
  let last: string | undefined
  const answered = queryArchive(iq, {...range, queryId, max: PAGE_SIZE}, room).then(
    (answer) => {
      page = answer
    },
    (error) => {
      refusal = toFailure(error)
    },
  )
  while (!page || page.last === undefined || page.last !== last) {
    if (refusal) return ended(refusal, isFirst)
    // The reply can be read before the results, which have all arrived by then.
    const drained = page && nextTurn()
    const item = await reader.nextLive(drained ?? answered)
    if (!item && page && drained && !reader.hasUrgent) break
    if (!item) continue
    const result =
      'stanza' in item &&
      isFromArchive(item.stanza.attrs.from, by, room) &&
      parseResult(item.stanza)
    if (result && result.queryId === queryId) {
      last = result.id
      yield result
    } else if ('connection' in item && !isReconnect(item)) yield item.connection
    else reader.defer(item)
    if (isReconnect(item)) return 'broken'
  }
  return {...page, last: page.last ?? last}
}

/** A query that was lost with the connection is sent again later; an unknown id ends the archive after the first page. */
function ended(refusal: Failure, isFirst: boolean): PageOutcome {
  if (refusal.code === 'unknown-outcome') return 'broken'
  if (!isFirst && isUnknownId(refusal))
    return {complete: true, first: undefined, last: undefined, count: undefined}
  throw refusal
}

/** Whether the archive does not exist, or is not accessible to this account. */
export const isNoArchive = (error: unknown): error is Failure =>
  error instanceof Failure &&
  [
    'service-unavailable',
    'feature-not-implemented',
    'forbidden',
    'not-allowed',
    'item-not-found',
  ].includes(error.condition ?? '')
