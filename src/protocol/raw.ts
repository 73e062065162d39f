/** RFC 6120 §8 and §11: one stanza as its author wrote it <https://www.rfc-editor.org/rfc/rfc6120#section-11> */
import {randomUUID} from 'node:crypto'
import {EXIT, Failure} from '../errors.ts'
import {parseJid} from '../jid.ts'
import {type Element, forbiddenAt, Parser} from '../xml.ts'
import type {Parcel} from './courier.ts'
import {isMarkable} from './marker.ts'
import {parseWait} from './outgoing.ts'
import {wantsReceipt} from './receipt.ts'
import {countCharacters} from './text.ts'

const NAME = String.raw`[\p{L}_][\p{L}\p{N}\p{M}_.\-\u00b7]*(?::[\p{L}_][\p{L}\p{N}\p{M}_.\-\u00b7]*)?`
const REFERENCE = '&(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);'
const VALUE = `"(?:[^<&"]|${REFERENCE})*"|'(?:[^<&']|${REFERENCE})*'`
/** What a stream may carry (§11.1): tags, text and CDATA; no comments, instructions or DTD. */
const TOKEN = new RegExp(
  String.raw`<(?<open>${NAME})(?<attributes>(?:\s+${NAME}\s*=\s*(?:${VALUE}))*)\s*(?<empty>/?)>` +
    String.raw`|</(?<close>${NAME})\s*>|[^<&]+|${REFERENCE}|<!\[CDATA\[[^]*?\]\]>`,
  'uy',
)
const ATTRIBUTE = new RegExp(String.raw`(${NAME})\s*=\s*(?:${VALUE})`, 'gu')

const STANZAS = ['message', 'presence', 'iq']

/** Throws 65 for what `parseStanza` refuses, and for a wait for what the stanza does not ask for. */
export function parseRaw(text: string, wanted?: string): Parcel {
  const stanza = parseStanza(text)
  const wait = parseWait(wanted)
  const isAsked = isMarkable(stanza) || (wait === 'delivered' && wantsReceipt(stanza))
  if (wait === 'accepted' || (stanza.name === 'message' && isAsked)) return {stanza, wait}
  throw bad(
    `The stanza does not ask to be told when it is ${wait}`,
    "That takes a <request xmlns='urn:xmpp:receipts'/>, or a <markable xmlns='urn:xmpp:chat-markers:0'/>",
  )
}

/** Throws 65 for what is not one whole stanza to somebody. An id is added where there is none. */
export function parseStanza(text: string): Element {
  const source = text.trim().replace(/^<\?xml[^?]*\?>\s*/, '')
  checkWellFormed(source)
  const stanza = parse(source)
  const namespace = stanza.attrs.xmlns
  if (!STANZAS.includes(stanza.name) || (namespace && namespace !== 'jabber:client'))
    throw bad(`A <${stanza.name}/> is no stanza`, 'Stanzas are message, presence and iq')
  if (!stanza.attrs.to) throw bad('The stanza has no address (to)')
  // As the server will spell it when it answers.
  stanza.attrs.to = parseJid(stanza.attrs.to).full
  delete stanza.attrs.xmlns // that of the stream
  stanza.attrs.id ||= randomUUID()
  return stanza
}

/** The parser of a stream trusts servers: it repairs what is broken here and there. */
function checkWellFormed(source: string): void {
  const offset = forbiddenAt(source)
  if (offset !== -1) throw notXml(source, offset)
  const open: Array<{name: string; prefixes: Set<string>}> = []
  let at = 0
  for (let roots = 0; at < source.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(source)
    if (!token || (open.length === 0 && !token.groups?.open) || refersToForbidden(token[0]))
      throw notXml(source, at)
    const {attributes = '', close, empty, open: name} = token.groups ?? {}
    if (name !== undefined) {
      if (open.length === 0 && ++roots > 1) throw notXml(source, at)
      const prefixes = declared(name, attributes, open.at(-1)?.prefixes)
      if (!prefixes) throw notXml(source, at)
      if (!empty) open.push({name, prefixes})
    } else if (close !== undefined && open.pop()?.name !== close) throw notXml(source, at)
  }
  if (open.length > 0 || at === 0) throw notXml(source, at)
}

/** XML 1.0 §4.1: a character that may not be there may not be referred to either. CDATA refers to nothing. */
function refersToForbidden(token: string): boolean {
  if (token.startsWith('<![')) return false
  return [...token.matchAll(/&#(x?)([\da-f]+);/gi)].some(([, hex, digits = '']) => {
    const code = Number.parseInt(digits, hex ? 16 : 10)
    return code > 0x10ffff || forbiddenAt(String.fromCodePoint(code)) !== -1
  })
}

/** The prefixes that are known inside an element; undefined where one is not, or an attribute is there twice. */
function declared(name: string, attributes: string, outer?: Set<string>): Set<string> | undefined {
  const names = [...attributes.matchAll(ATTRIBUTE)].map(([, attribute = '']) => attribute)
  if (new Set(names).size < names.length) return undefined
  const known = new Set(outer ?? ['xml', 'xmlns'])
  for (const attribute of names)
    if (attribute.startsWith('xmlns:')) known.add(attribute.slice('xmlns:'.length))
  const used = [name, ...names].filter((used) => used.includes(':'))
  return used.every((used) => known.has(used.split(':', 1)[0] ?? '')) ? known : undefined
}

function parse(source: string): Element {
  const parser = new Parser()
  let root: Element | undefined
  parser.on('start', (element: Element) => {
    root = element
  })
  parser.on('element', (child: Element) => root?.append(child))
  parser.on('error', () => {
    throw notXml(0)
  })
  parser.write(source)
  if (!root) throw notXml(source, 0)
  return root
}

function notXml(source: string, at: number): Failure {
  const offset = countCharacters(source.slice(0, at))
  return bad(`This is not one XML element: it goes wrong at offset ${offset}`)
}

const bad = (message: string, hint?: string): Failure =>
  new Failure('bad-stanza', message, EXIT.data, hint === undefined ? {} : {hint})
