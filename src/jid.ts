/**
 * RFC 7622: XMPP Address Format <https://www.rfc-editor.org/rfc/rfc7622>
 *
 * A JID is checked before the program connects, and normalized, so that two spellings of one address compare equal. In
 * place of the tables of PRECIS (RFC 8264), this module uses the Unicode properties of Node, and the server decides in
 * the end. The approximations are:
 * - U+200C and U+200D are refused in a local part, although a few scripts allow them in context,
 *   and allowed in a resource (like U+FE0F), because nicknames contain emoji.
 * - Punctuation that needs a context (U+00B7, U+30FB) is refused in a local part and allowed in a
 *   domain. Mixed Arabic digits are not detected, and the Bidi Rule is not checked.
 * - A domain is mapped like that of a URL (UTS 46), then limited to letters, digits, hyphens, and underscores, which
 *   hosts of private networks use.
 */
import {isIPv4} from 'node:net'
import {domainToASCII, domainToUnicode} from 'node:url'
import {EXIT, Failure} from './errors.ts'
import {isIpv6Address} from './ip-address.ts'

export interface Jid {
  local?: string
  domain: string
  resource?: string
  /** `local@domain`, or `domain` when there is no local part. */
  bare: string
  /** `bare/resource`, or `bare` when there is no resource. */
  full: string
}

interface Parts {
  local: string | undefined
  domain: string
  resource: string | undefined
}

const MOST_BYTES = 1023
const MOST_BYTES_OF_LABEL = 63
/** Characters of a malformed JID in an error message. */
const MOST_SHOWN = 80
const EXAMPLES = 'A JID looks like juliet@example.com or juliet@example.com/balcony'
const IPV6_EXAMPLE = 'Write it like juliet@[2001:db8::1]'
const ONE_EACH = 'Several addresses are several arguments: juliet@example.com romeo@example.net'
const ESCAPING =
  'Some services write a space as \\20, @ as \\40 and / as \\2f in a local part (XEP-0106)'

/**
 * Most JIDs: they need no tables. Unicode tables take longer to load than a message takes to be sent, so the expressions
 * below are compiled only when needed.
 */
const PLAIN =
  /^(?:([a-z\d._+-]{1,500})@)?((?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?\.){0,9}[a-z](?:[a-z\d_-]{0,61}[a-z\d_])?)(?:\/([\x21-\x7e]{1,500}))?$/

/** Characters outside the IdentifierClass (RFC 8264 §4.2), and those that RFC 7622 §3.3.1 excludes. */
const notInLocal = (): RegExp =>
  new RegExp(
    [
      String.raw`[^\x21-\x7e\p{Ll}\p{Lu}\p{Lo}\p{Lm}\p{Nd}\p{Mn}\p{Mc}]`,
      String.raw`\p{Default_Ignorable_Code_Point}`,
      // Old Hangul, and letters that only stretch or repeat others.
      String.raw`[\u{1100}-\u{11ff}\u{a960}-\u{a97f}\u{d7b0}-\u{d7ff}]`,
      String.raw`[\u{640}\u{7fa}\u{302e}\u{302f}\u{3031}-\u{3035}\u{303b}]`,
      `["&'/:<>@]`,
    ].join('|'),
    'u',
  )
const notInResource = (): RegExp =>
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?![\u{fe0f}\u{200c}\u{200d}])\p{Default_Ignorable_Code_Point}/u
const hostName = (): RegExp => /^[\p{L}\p{M}\p{N}._\-\u{b7}\u{30fb}]+$/u

/** The bare JID as an `xmpp:` URI (RFC 5122 §2.2), which `parseJid` reads. */
export const xmppUri = ({domain, local}: Pick<Jid, 'domain' | 'local'>): string =>
  `xmpp:${local === undefined ? '' : `${encodeURIComponent(local)}@`}${domain.startsWith('[') ? domain : asciiHost(domain)}`

/** Parses `local@domain/resource` or an `xmpp:` URI. Throws `malformed-jid` (65) with the reason. */
export function parseJid(text: string): Jid {
  const plain = PLAIN.exec(text)
  if (plain && !text.includes('xn--')) {
    const [, local, domain = '', resource] = plain
    return assemble({local, domain, resource})
  }
  const isUri = /^xmpp:/i.test(text)
  if (!isUri) refuseLookalikes(text)
  const parts = isUri ? splitUri(text) : split(text)
  const domain = prepareDomain(text, parts.domain)
  const local = parts.local === undefined ? undefined : prepareLocal(text, parts.local)
  const resource = parts.resource === undefined ? undefined : prepareResource(text, parts.resource)

  return assemble({local, domain, resource})
}

function assemble({domain, local, resource}: Parts): Jid {
  const bare = local === undefined ? domain : `${local}@${domain}`
  return {
    ...(local !== undefined && {local}),
    domain,
    ...(resource !== undefined && {resource}),
    bare,
    full: resource === undefined ? bare : `${bare}/${resource}`,
  }
}

export function bareJid(text: string): string {
  return parseJid(text).bare
}

/** The parts of an address without validation. The bare JID of a missing address is empty. */
export const bareJidOf = (jid: string | null | undefined): string => jid?.split('/', 1)[0] ?? ''

/** The server of a user answers requests to the bare JID, for the account and not for a client. */
export const isBareUser = (jid: string): boolean => jid.includes('@') && !jid.includes('/')

export function domainOf(jid: string): string {
  const bare = bareJidOf(jid)
  return bare.slice(bare.indexOf('@') + 1)
}

export const resourceOf = (jid: string): string | null =>
  jid.includes('/') ? jid.slice(jid.indexOf('/') + 1) : null

/** Texts that users paste in place of a JID. They are never valid: a domain contains no `:` and no `<`. */
function refuseLookalikes(text: string): void {
  if (/^[^/]*<[^<>]*>$/.test(text)) {
    throw malformed(text, 'it has a display name', 'Write only the part between < and >')
  }
  if (/^\s|^[^/]+\s$/.test(text))
    throw malformed(text, 'it begins or ends with white space', 'Remove it')
  if (/@[^/@]*[,;]/.test(text))
    throw malformed(text, 'its domain has a comma or semicolon', ONE_EACH)
  if (FILE_PATH.test(text)) throw malformed(text, 'it looks like a file path')
  if (URL_START.test(text)) throw malformed(text, 'it looks like a URL')
}

export const FILE_PATH = /^[a-z]:[\\/]/i
export const URL_START = /^[a-z][a-z\d+.-]*:\/\//i

/** RFC 7622 §3.1: the first `/` ends the bare JID, the first `@` before it ends the local part. */
function split(text: string): Parts {
  const [, local, domain = '', resource] = /^(?:([^@/]*)@)?([^/]*)(?:\/(.*))?$/s.exec(text) ?? []
  return {local, domain, resource}
}

/** RFC 5122. Split before decoding: an escaped `/` or `@` is not a separator. */
function splitUri(text: string): Parts {
  const [, authority, path = ''] = /^xmpp:(\/\/[^/?#]*\/?)?([^?#]*)/i.exec(text) ?? []
  if (path === '') {
    const hint = authority ? 'Write the URI without //: xmpp:juliet@example.com' : EXAMPLES
    throw malformed(text, 'the URI has no address', hint)
  }
  const {local, domain, resource} = split(path)
  return {
    local: local === undefined ? undefined : decode(text, local),
    domain: decode(text, domain),
    resource: resource === undefined ? undefined : decode(text, resource),
  }
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw malformed(text, 'the URI has a % that does not encode a character', 'Write % as %25')
  }
}

/** RFC 7622 §3.2. An IP literal, or labels in Unicode (U-labels), lower case, without a last dot. */
function prepareDomain(text: string, raw: string): string {
  if (raw.includes('@')) throw malformed(text, 'it has more than one @', ESCAPING)
  if (/\s/u.test(raw)) throw malformed(text, 'the domain has a space in it')

  const domain = raw.replace(/\.$/, '')
  if (domain === '') throw malformed(text, 'it has no domain')
  if (/^\[.*\]$/.test(domain)) {
    const literal = domainToASCII(domain)
    if (literal === '') throw malformed(text, 'the IPv6 address is not valid')
    return literal
  }
  if (isIPv4(domain)) return domain
  if (isIpv6Address(domain)) throw malformed(text, 'the IPv6 address has no brackets', IPV6_EXAMPLE)

  const ascii = hostName().test(domain) ? domainToASCII(domain) : ''
  if (ascii === '') throw malformed(text, 'the domain has an invalid label')
  // A URL parser reads 1 as 0.0.0.1 and 0x7f.1 as 127.0.0.1; a JID needs four decimal numbers.
  if (isIPv4(ascii)) throw malformed(text, 'the IPv4 address is not valid')
  for (const label of ascii.split('.')) {
    if (label === '') throw malformed(text, 'the domain has two dots in a row, or starts with one')
    if (/^-|-$/.test(label)) throw malformed(text, 'a part of the domain starts or ends with -')
    if (label.length > MOST_BYTES_OF_LABEL) {
      throw malformed(text, `a part of the domain is longer than ${MOST_BYTES_OF_LABEL} bytes`)
    }
  }
  return checkLength(text, 'domain', domainToUnicode(ascii))
}

/** RFC 7622 §3.3, UsernameCaseMapped (RFC 8265 §3.3). XEP-0106 escapes are not decoded. */
function prepareLocal(text: string, raw: string): string {
  if (raw === '') throw malformed(text, 'the part before the @ is empty')
  if (/\s/u.test(raw)) throw malformed(text, 'the local part has a space in it', ESCAPING)
  const local = raw
    .replace(/[\u{ff01}-\u{ffee}]/gu, (wide) => wide.normalize('NFKC'))
    .toLowerCase()
    .normalize('NFC')
  const [character] = notInLocal().exec(local) ?? []
  if (character) {
    throw malformed(text, `the local part cannot contain ${nameOf(character)}`, ESCAPING)
  }
  // Compatibility characters (½, ﬁ, ℌ) look like other characters.
  if (local.normalize('NFKC') !== local) {
    throw malformed(text, 'the local part has a letter that is a variant of another one')
  }
  return checkLength(text, 'local part', local)
}

/** RFC 7622 §3.4, OpaqueString (RFC 8265 §4.2): case-sensitive, and spaces are significant. */
function prepareResource(text: string, raw: string): string {
  if (raw === '') throw malformed(text, 'the part after the / is empty')
  const [character] = notInResource().exec(raw) ?? []
  if (character) throw malformed(text, `the resource cannot contain ${nameOf(character)}`)
  return checkLength(text, 'resource', raw.replace(/\p{Zs}/gu, ' ').normalize('NFC'))
}

function checkLength(text: string, part: string, value: string): string {
  const bytes = Buffer.byteLength(value)
  if (bytes <= MOST_BYTES) return value
  throw malformed(text, `the ${part} has ${bytes} bytes; the maximum is ${MOST_BYTES}`)
}

/** Printable ASCII unchanged, any other character as its code point, because it may be invisible. */
function nameOf(character: string): string {
  if (/^[\x21-\x7e]$/.test(character)) return character
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

function malformed(text: string, reason: string, hint = EXAMPLES): Failure {
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
  return new Failure('malformed-jid', `"${shown}" is not a JID: ${reason}`, EXIT.data, {hint})
}

/** A domain in the form of DNS and certificates: A-labels, and an IPv6 address without brackets. */
export function asciiHost(domain: string): string {
  const host = domain.replace(/^\[(.+)\]$/, '$1')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself
  const ascii = /^[\x00-\x7f]*$/.test(host) ? host.toLowerCase() : domainToASCII(host)
  if (ascii) return ascii
  throw new Failure('bad-domain', `"${domain}" is not a domain name`, EXIT.data)
}
