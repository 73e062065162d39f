/** XEP-0059: Result Set Management <https://xmpp.org/extensions/xep-0059.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_RSM = 'http://jabber.org/protocol/rsm'

/** Without `after` and `before`, the first page. */
export interface PageRequest {
  /** The number of items; 0 asks for the total number alone (§2.7). */
  max: number
  /** The last item of the page before. */
  after?: string | undefined
  /** The first item of the page after this one; empty for the last page (§2.5). */
  before?: string | undefined
}

export interface Page {
  /** The first and the last item of this page; absent when it is empty. */
  first: string | undefined
  last: string | undefined
  /** The total number of items, if the service gives it (§2.7). */
  count: number | undefined
}

export function buildPageRequest({max, ...position}: PageRequest): Element {
  const items = {max: String(max), ...position}
  const children = Object.entries(items).flatMap(([name, value]) =>
    value === undefined ? [] : [xml(name, {}, value)],
  )
  return xml('set', {xmlns: NS_RSM}, ...children)
}

export function parsePage(parent: Element): Page {
  const set = parent.getChild('set', NS_RSM)
  const count = set?.getChildText('count')?.trim() ?? ''
  return {
    first: set?.getChildText('first') || undefined,
    last: set?.getChildText('last') || undefined,
    count: /^\d+$/.test(count) ? Number(count) : undefined,
  }
}
