/** XEP-0428: Fallback Indication <https://xmpp.org/extensions/xep-0428.html> */
import {type Element, xml} from '../../xml.ts'

export const NS_FALLBACK = 'urn:xmpp:fallback:0'

/** The body is only for clients that do not know the protocol named. */
export const buildFallback = (namespace: string): Element =>
  xml('fallback', {xmlns: NS_FALLBACK, for: namespace})

/** Whether the whole body says in words what an element of this protocol says better. */
export function isFallback(message: Element, namespace: string): boolean {
  return message
    .getChildren('fallback', NS_FALLBACK)
    .some((fallback) => fallback.attrs.for === namespace && !fallback.getChild('body'))
}

/**
 * A body without the parts that are only for clients that do not know one of these protocols.
 *
 * @param namespaces undefined: of what is not named, too
 */
export function withoutFallback(
  message: Element,
  body: string,
  namespaces: (string | undefined)[],
): string {
  // Offsets count code points (XEP-0426).
  const characters = Array.from(body)
  const parts = message
    .getChildren('fallback', NS_FALLBACK)
    .filter(({attrs}) => namespaces.includes(attrs.for))
    .flatMap((fallback) => rangesOf(fallback, characters.length))
  if (parts.length === 0) return body
  let kept = ''
  let read = 0
  for (const {end, start} of parts.sort((a, b) => a.start - b.start)) {
    if (start > read) kept += characters.slice(read, start).join('')
    read = Math.max(read, end)
  }
  return kept + characters.slice(read).join('')
}

interface Range {
  start: number
  end: number
}

/** Without a body, or without offsets, all of it is meant (§3). What is no number, or not in the body, means nothing. */
function rangesOf(fallback: Element, length: number): Range[] {
  const bodies = fallback.getChildren('body')
  if (bodies.length === 0) return fallback.getChild('subject') ? [] : [{start: 0, end: length}]
  return bodies.flatMap(({attrs}) => {
    const {end = length, start = 0} = attrs as Record<string, string>
    const range = {start: Number(start), end: Number(end)}
    return 0 <= range.start && range.start <= range.end && range.end <= length ? [range] : []
  })
}
