/** XEP-0333: Displayed Markers <https://xmpp.org/extensions/xep-0333.html> */
import {childIn, type Element, xml} from '../../xml.ts'

export const NS_MARKERS = 'urn:xmpp:chat-markers:0'

/** Up to 0.4 there were two more than `displayed`, and clients still send them. */
const KINDS = ['received', 'displayed', 'acknowledged'] as const

export interface Marker {
  kind: (typeof KINDS)[number]
  /** The message that it is about, and with it all before. */
  id: string
}

/** Inside a message: the sender would like to know when it was displayed. */
export const buildMarkable = (): Element => xml('markable', {xmlns: NS_MARKERS})

export const buildDisplayed = (id: string): Element => xml('displayed', {xmlns: NS_MARKERS, id})

export function isMarkable(message: Element): boolean {
  return message.getChild('markable', NS_MARKERS) !== undefined
}

export function parseMarker(message: Element): Marker | undefined {
  const marker = childIn(message, NS_MARKERS)
  const kind = KINDS.find((name) => name === marker?.name)
  const id: string | undefined = marker?.attrs.id
  return kind && id ? {kind, id} : undefined
}
