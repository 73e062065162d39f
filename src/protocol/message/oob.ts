/** XEP-0066: Out of Band Data <https://xmpp.org/extensions/xep-0066.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_OOB = 'jabber:x:oob'

export interface OutOfBand {
  url: string
  description?: string | undefined
}

export function buildOob({description, url}: OutOfBand): Element {
  const desc = description === undefined ? [] : [xml('desc', {}, description)]
  return xml('x', {xmlns: NS_OOB}, xml('url', {}, url), ...desc)
}

export function parseOob(message: Element): OutOfBand | undefined {
  const data = message.getChild('x', NS_OOB)
  const url = data?.getChildText('url')?.trim()
  if (!url) return undefined
  const description = data?.getChildText('desc')?.trim()
  return {url, ...(description && {description})}
}
