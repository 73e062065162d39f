/** XEP-0313: Message Archive Management <https://xmpp.org/extensions/xep-0313.html> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {NS_DATA} from '../core/data-form.ts'
import {parseForwarded} from '../core/forward.ts'
import {buildPageRequest, type PageRequest, parsePage} from '../core/result-set.ts'

export const NS_ARCHIVE = 'urn:xmpp:mam:2'

export interface ArchiveQuery extends PageRequest {
  /** Comes back with every result. */
  queryId: string
  /** RFC 3339; everything where absent. */
  start?: string | undefined
  end?: string | undefined
}

/** One message of the archive, as it comes before the answer to the query. */
export interface ArchiveResult {
  queryId: string | undefined
  /** Its stanza id (XEP-0359) by this archive. */
  id: string
  message: Element
  /** When it was archived. */
  delay: string | undefined
}

export interface ArchivePage {
  /** The archive says that there is nothing behind this page. */
  complete: boolean
  /** The id of the last result; absent when there is none, or the archive does not say. */
  last: string | undefined
}

export function buildQuery({end, queryId, start, ...page}: ArchiveQuery): Element {
  const filters = {start, end}
  const fields = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined ? [] : [xml('field', {var: name}, xml('value', {}, value))],
  )
  const type = xml('field', {var: 'FORM_TYPE', type: 'hidden'}, xml('value', {}, NS_ARCHIVE))
  const form = xml('x', {xmlns: NS_DATA, type: 'submit'}, type, ...fields)
  return xml('query', {xmlns: NS_ARCHIVE, queryid: queryId}, form, buildPageRequest(page))
}

/** The caller must have checked from whom it came (§11.2): anybody can send such a message. */
export function parseResult(message: Element): ArchiveResult | undefined {
  const result = message.getChild('result', NS_ARCHIVE)
  const {id, queryid: queryId} = (result?.attrs ?? {}) as {id?: string; queryid?: string}
  const forwarded = result && parseForwarded(result)
  return forwarded && id ? {...forwarded, id, queryId} : undefined
}

export function parseFin(fin: Element | undefined): ArchivePage {
  const {last} = fin ? parsePage(fin) : {last: undefined}
  return {last, complete: ['true', '1'].includes(fin?.attrs.complete)}
}

/** Resolves when all results of the page have been sent; they are messages. Without `to`, our own archive. */
export async function queryArchive(iq: Iq, query: ArchiveQuery, to?: string): Promise<ArchivePage> {
  return parseFin(await iq.set(buildQuery(query), to))
}
