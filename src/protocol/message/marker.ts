/** XEP-0333: Displayed Markers <https://xmpp.org/extensions/xep-0333.html> */
import {childIn, type Element, xml} from '../../xml.ts'

export const NS_MARKERS = 'urn:xmpp:chat-markers:0'

/** Clients still send `received` and `acknowledged`, which version 0.4 and earlier define. */
const KINDS = ['received', 'displayed', 'acknowledged'] as const

export interface Marker {
  kind: (typeof KINDS)[number]
  /** The marker is about this message and all earlier ones. */
  id: string
}

/** Part of a message: requests a marker when it is displayed. */
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
