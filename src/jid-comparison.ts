/**
 * Compares addresses. RFC 6122: Address Format <https://www.rfc-editor.org/rfc/rfc6122>, on RFC 3454
 * (stringprep) and RFC 3490 (IDNA2003)
 *
 * Servers send normalized addresses, and most normalize them in this older way: `Fuß@Straße.example` becomes
 * `fuss@strasse.example`. The results are only compared, never sent. Characters newer than Unicode 3.2, which RFC 3454
 * does not define, are folded like the others.
 */
import {domainToASCII, domainToUnicode} from 'node:url'
import {bareJidOf, domainOf, parseJid, resourceOf} from './jid.ts'

/** Most addresses: they need no tables. */
const PLAIN = /^(?!.*xn--)[\x21-\x7e]*$/is

/** RFC 3454, table B.1: mapped to nothing. */
const mappedToNothing = (): RegExp =>
  /\u{34f}|[\u{180b}-\u{180d}]|[\u{fe00}-\u{fe0f}]|[\u{ad}\u{1806}\u{200b}-\u{200d}\u{2060}\u{feff}]/gu

/** Whether two texts are the same address, including the resource. An invalid JID equals only itself. */
export function sameJid(a: string, b: string): boolean {
  return a === b || normalizedJid(a) === normalizedJid(b)
}

/**
 * Whether an address from a server is the named one, unchanged or as servers normalize it. Not the other way round: the
 * named `fuss@example.com` never matches `fuß@example.com`, which may be another account.
 */
export function matchesJid(received: string, named: string): boolean {
  if (sameJid(received, named)) return true
  return normalizedJid(received) === preparedJid(named)
}

/** Whether an address from a server is the named one; a named bare JID includes all of its resources. */
export const matchesOrContains = (received: string, named: string): boolean =>
  matchesJid(named.includes('/') ? received : bareJidOf(received), named)

/** Normalized by RFC 7622. Never throws: an invalid JID from a peer is returned unchanged. */
export function normalizedJid(text: string): string {
  try {
    return parseJid(text).full
  } catch {
    return text
  }
}

/** Normalized as servers do it. Never throws: an invalid JID is treated like a valid one. */
export function preparedJid(jid: string): string {
  const bare = bareJidOf(jid)
  const local = bare.slice(0, bare.indexOf('@') + 1)
  const resource = resourceOf(jid)
  const end = resource === null ? '' : `/${prepareResource(resource)}`
  return `${foldCase(local)}${prepareDomain(domainOf(jid))}${end}`
}

function prepareDomain(domain: string): string {
  const labels = domain.replace(/[.。．｡]$/, '')
  if (PLAIN.test(labels)) return labels.toLowerCase()
  return foldCase(domainToUnicode(domainToASCII(labels)) || labels)
}

/** RFC 6122, appendix B: case-sensitive. */
function prepareResource(resource: string): string {
  if (PLAIN.test(resource)) return resource
  return resource
    .replace(mappedToNothing(), '')
    .normalize('NFKC')
    .replace(/\p{Zs}/gu, ' ')
}

/** RFC 6122, appendix A: tables B.1 and B.2, and NFKC. */
function foldCase(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const compatible = text.replace(mappedToNothing(), '').normalize('NFKC')
  return Array.from(compatible, foldCharacter).join('').normalize('NFKC')
}

/** Through upper case, so that ß becomes ss and ς becomes σ; but ı must not become i. */
const foldCharacter = (character: string): string =>
  character === 'ı' ? character : character.toUpperCase().toLowerCase()
