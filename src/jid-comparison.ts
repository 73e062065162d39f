/**
 * Whether two texts are one address. RFC 6122: Address Format <https://www.rfc-editor.org/rfc/rfc6122>, on RFC 3454
 * (stringprep) and RFC 3490 (IDNA2003)
 *
 * Servers send addresses as they prepare them, and most do it in this older way: `Fuß@Straße.example` comes back as
 * `fuss@strasse.example`. What is prepared here is only compared, never sent. Characters newer than Unicode 3.2, which
 * RFC 3454 does not know, are folded like the others.
 */
import {domainToASCII, domainToUnicode} from 'node:url'
import {bareJidOf, domainOf, parseJid, resourceOf} from './jid.ts'

/** Nearly every address: nothing in it needs a table. */
const PLAIN = /^(?!.*xn--)[\x21-\x7e]*$/is

/** RFC 3454, table B.1: mapped to nothing. */
const mappedToNothing = (): RegExp =>
  /\u{34f}|[\u{180b}-\u{180d}]|[\u{fe00}-\u{fe0f}]|[\u{ad}\u{1806}\u{200b}-\u{200d}\u{2060}\u{feff}]/gu

/** Whether two texts are one address, resource included. What is no JID equals only itself. */
export function sameJid(a: string, b: string): boolean {
  return a === b || normalizedJid(a) === normalizedJid(b)
}

/**
 * Whether an address that came from a server is the one that was named here: as it is, or as servers prepare it. Not the
 * other way round: `fuss@example.com`, named here, is never `fuß@example.com`, which may be another account.
 */
export function matchesJid(received: string, named: string): boolean {
  if (sameJid(received, named)) return true
  return normalizedJid(received) === preparedJid(named)
}

/** As RFC 7622 has it. Never throws: peers send what they like, and what is no JID stays as it is. */
export function normalizedJid(text: string): string {
  try {
    return parseJid(text).full
  } catch {
    return text
  }
}

/** As servers prepare it. Never throws: what is no JID is prepared as if it were one. */
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

/** RFC 6122, appendix B: case counts. */
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

/** By way of upper case, so that ß becomes ss and ς becomes σ; only ı, which is no i, must not become one. */
const foldCharacter = (character: string): string =>
  character === 'ı' ? character : character.toUpperCase().toLowerCase()
