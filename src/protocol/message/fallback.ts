/** XEP-0428: Fallback Indication <https://xmpp.org/extensions/xep-0428.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_FALLBACK = 'urn:xmpp:fallback:0'

/** Marks the body as text for clients that do not support the protocol. */
export const buildFallback = (namespace: string): Element =>
  xml('fallback', {xmlns: NS_FALLBACK, for: namespace})

/** Whether the whole body is fallback text of the protocol. */
export function isFallback(message: Element, namespace: string): boolean {
  return message
    .getChildren('fallback', NS_FALLBACK)
    .some((fallback) => fallback.attrs.for === namespace && !fallback.getChild('body'))
}

/**
 * The body without the fallback text of these protocols.
 *
 * @param namespaces with undefined, also fallback text that names no protocol
 */
export function withoutFallback(
  message: Element,
  body: string,
  namespaces: (string | undefined)[],
): string {
  // Offsets count code points (XEP-0426).
  const characters = Array.from(body)
  const ranges = message
    .getChildren('fallback', NS_FALLBACK)
    .filter(({attrs}) => namespaces.includes(attrs.for))
    .flatMap((fallback) => rangesOf(fallback, characters.length))
  if (ranges.length === 0) return body
  let text = ''
  let position = 0
  for (const {end, start} of ranges.sort((a, b) => a.start - b.start)) {
    if (start > position) text += characters.slice(position, start).join('')
    position = Math.max(position, end)
  }
  return text + characters.slice(position).join('')
}

interface Range {
  start: number
  end: number
}

/** Without a body element, or without offsets, the range is the whole body (§3). Invalid offsets are ignored. */
function rangesOf(fallback: Element, length: number): Range[] {
  const bodies = fallback.getChildren('body')
  if (bodies.length === 0) return fallback.getChild('subject') ? [] : [{start: 0, end: length}]
  return bodies.flatMap(({attrs}) => {
    const {end = length, start = 0} = attrs as Record<string, string>
    const range = {start: Number(start), end: Number(end)}
    return 0 <= range.start && range.start <= range.end && range.end <= length ? [range] : []
  })
}
