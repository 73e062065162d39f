/** XEP-0059: Result Set Management <https://xmpp.org/extensions/xep-0059.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_RSM = 'http://jabber.org/protocol/rsm'

export interface PageRequest {
  max: number
  /** The last item of the page before; the first page where absent. */
  after?: string | undefined
}

export interface Page {
  /** The last item of this page; absent when it is empty. */
  last: string | undefined
}

export function buildPageRequest({after, max}: PageRequest): Element {
  const behind = after === undefined ? [] : [xml('after', {}, after)]
  return xml('set', {xmlns: NS_RSM}, xml('max', {}, String(max)), ...behind)
}

export function parsePage(parent: Element): Page {
  return {last: parent.getChild('set', NS_RSM)?.getChildText('last') || undefined}
}
