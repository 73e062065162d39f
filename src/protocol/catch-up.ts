/** XEP-0313 §4: what an archive has of a time in which we did not listen, oldest first, page by page. */
import {randomUUID} from 'node:crypto'
import {Failure, toFailure} from '../errors.ts'
import type {Iq} from '../xml.ts'
import {type ArchivePage, type ArchiveResult, parseResult, queryArchive} from './archive.ts'
import {isReturn, type Reader, type Turn} from './reader.ts'

const PAGE = 100

/** Where the messages of one conversation partner or of the account are kept, and how far we are in it. */
export interface Archive {
  /** The room whose archive it is; undefined for our own. */
  room: string | undefined
  /** Bare JID that results come from. */
  by: string
  /** The last message that was told. */
  after: string | undefined
  /** Where to look again, since the session came back behind this message; undefined while nothing is in doubt. */
  doubt?: {after: string | undefined} | undefined
  /** RFC 3339: where to begin when there is none, or the archive has it no more. */
  since: string
}

export interface Range {
  after?: string | undefined
  start?: string | undefined
  end?: string | undefined
}

/**
 * Results as they come, and turns of the session between them; live stanzas are kept for later. Ends early when
 * the connection was lost and is back, which starts over. Throws the archive's refusal.
 */
export async function* catchUp(
  iq: Iq,
  reader: Reader,
  archive: Archive,
  range: Range,
): AsyncGenerator<ArchiveResult | Turn> {
  for (let next: Range | undefined = range; next; ) {
    const page: PageOutcome = yield* readPage(iq, reader, archive, next)
    next = page === 'broken' || page.complete ? undefined : {...next, after: page.last}
  }
}

type PageOutcome = ArchivePage | 'broken'

async function* readPage(
  iq: Iq,
  reader: Reader,
  {by, room}: Archive,
  range: Range,
): AsyncGenerator<ArchiveResult | Turn, PageOutcome> {
  const queryId = randomUUID()
  let page: ArchivePage | undefined
  let refusal: Failure | undefined
  let last: string | undefined
  const answered = queryArchive(iq, {...range, queryId, max: PAGE}, room).then(
    (answer) => {
      page = answer
    },
    (error) => {
      refusal = toFailure(error)
    },
  )
  // The answer overtakes results that wait to be read.
  while (!page || (page.last !== undefined && page.last !== last)) {
    if (refusal) return ended(refusal)
    const item = await reader.fresh(page ? undefined : answered)
    if (!item) continue
    const result =
      'stanza' in item && isFrom(by, item.stanza.attrs.from) && parseResult(item.stanza)
    if (result && result.queryId === queryId) {
      last = result.id
      yield result
    } else if ('turn' in item && !isReturn(item)) yield item.turn
    else reader.keep(item)
    if (isReturn(item)) return 'broken'
  }
  return page
}

/** A server may leave out that it speaks for ourselves (RFC 6120 §8.1.2.1). */
const isFrom = (by: string, from: string | undefined): boolean => from === undefined || from === by

/** The query went down with the connection; the next one asks again. */
function ended(refusal: Failure): 'broken' {
  if (refusal.code === 'unknown-outcome') return 'broken'
  throw refusal
}

/** Whether the archive knows the message no more after which we asked. */
export const isForgotten = (error: unknown): boolean =>
  error instanceof Failure && error.condition === 'item-not-found'

/** Whether there is no archive at all, or none for us. */
export const isNoArchive = (error: unknown): boolean =>
  error instanceof Failure &&
  [
    'service-unavailable',
    'feature-not-implemented',
    'forbidden',
    'not-allowed',
    'item-not-found',
  ].includes(error.condition ?? '')
