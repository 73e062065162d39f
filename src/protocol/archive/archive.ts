/** XEP-0313: Message Archive Management <https://xmpp.org/extensions/xep-0313.html> */
import {EXIT, Failure} from '../../errors.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {type Element, type Iq, xml} from '../../xml.ts'
import {NS_DATA} from '../core/data-form.ts'
import {parseForwarded} from '../core/forward.ts'
import {buildPageRequest, type Page, type PageRequest, parsePage} from '../core/result-set.ts'

export const NS_ARCHIVE = 'urn:xmpp:mam:2'

export interface ArchiveQuery extends PageRequest {
  /** Every result has this id. */
  queryId: string
  /** RFC 3339; without a time, the interval is open. */
  start?: string | undefined
  end?: string | undefined
  /** Only messages with these ids (§4.1.4). The archive answers `item-not-found` if one of them is missing. */
  ids?: readonly string[] | undefined
  /** Only messages from and to this JID; a bare JID includes all of its resources (§4.1.1). */
  with?: string | undefined
}

/** One message of the archive. It arrives before the answer to the query. */
export interface ArchiveResult {
  queryId: string | undefined
  /** Its stanza id (XEP-0359) by this archive. */
  id: string
  message: Element
  /** When it was archived. */
  delay: string | undefined
}

/** `first` and `last` are ids of results; absent when the page has none, or the archive does not give them. */
export interface ArchivePage extends Page {
  /** The archive has no results after this page, in the direction of the query. */
  complete: boolean
}

export function buildQuery(query: ArchiveQuery): Element {
  const {end, ids, queryId, start, with: jid, ...page} = query
  const filters = {with: jid, start, end, ids}
  const fields = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined ? [] : [buildField(name, [value].flat())],
  )
  const type = xml('field', {var: 'FORM_TYPE', type: 'hidden'}, xml('value', {}, NS_ARCHIVE))
  const form = xml('x', {xmlns: NS_DATA, type: 'submit'}, type, ...fields)
  return xml('query', {xmlns: NS_ARCHIVE, queryid: queryId}, form, buildPageRequest(page))
}

const buildField = (name: string, values: string[]): Element =>
  xml('field', {var: name}, ...values.map((value) => xml('value', {}, value)))

/** The caller must check the sender (§11.2): any user can send such a message. */
export function parseResult(message: Element): ArchiveResult | undefined {
  const result = message.getChild('result', NS_ARCHIVE)
  const {id, queryid: queryId} = (result?.attrs ?? {}) as {id?: string; queryid?: string}
  const forwarded = result && parseForwarded(result)
  return forwarded && id ? {...forwarded, id, queryId} : undefined
}

export function parseFin(fin: Element | undefined): ArchivePage {
  const page = fin ? parsePage(fin) : {first: undefined, last: undefined, count: undefined}
  return {...page, complete: ['true', '1'].includes(fin?.attrs.complete)}
}

/** The number of results to request for one page. */
export const PAGE_SIZE = 100

/**
 * Whether a result comes from the archive: any user can send a message that looks like one (§11.2). The server may omit
 * `from` for the account's own archive (RFC 6120 §8.1.2.1).
 *
 * @param room of the archive; undefined for the archive of the account `own`
 */
export const isFromArchive = (
  from: string | undefined,
  own: string,
  room: string | undefined,
): boolean => (from === undefined ? room === undefined : matchesJid(from, room ?? own))

/** A page ends where an earlier one ended: the next query would be the same. @param by the JID of the archive */
export const pagingLoop = (by: string): Failure =>
  new Failure(
    'bad-archive',
    `The archive sends the same page again and again (${by})`,
    EXIT.protocol,
    {stage: 'request'},
  )

/** Whether the archive does not have the message that the query names. */
export const isUnknownId = (error: unknown): boolean =>
  error instanceof Failure && error.condition === 'item-not-found'

/** Resolves when all results of the page have arrived, as messages. The default is the archive of this account. */
export async function queryArchive(iq: Iq, query: ArchiveQuery, to?: string): Promise<ArchivePage> {
  return parseFin(await iq.set(buildQuery(query), to))
}
