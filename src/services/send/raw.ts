/** RFC 6120 §8 and §11: one stanza as its author wrote it <https://www.rfc-editor.org/rfc/rfc6120#section-11> */
import {randomUUID} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {isMarkable} from '../../protocol/message/marker.ts'
import {wantsReceipt} from '../../protocol/message/receipt.ts'
import {type Element, Parser} from '../../xml.ts'
import {parseWait} from './compose.ts'
import type {OutgoingStanza} from './message-sender.ts'

const STANZAS = ['message', 'presence', 'iq']

/** Throws 65 for what `parseStanza` refuses, and for a wait for what the stanza does not ask for. */
export function parseRaw(text: string, wanted?: string): OutgoingStanza {
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

/** Parsed as what it will be: the one element of a stream, with nothing in it that a stream may not carry (§11.1). */
function parse(source: string): Element {
  const parser = new Parser({stream: true})
  const elements: Element[] = []
  let whole = false
  parser.on('element', (element) => elements.push(element))
  parser.on('end', () => {
    whole = true
  })
  parser.on('error', ({message}) => {
    throw notOne(message)
  })
  for (const part of ['<stream>', source, '</stream>']) parser.write(part)
  const [element, ...others] = elements
  if (!element || others.length > 0 || !whole) throw notOne(`there are ${elements.length}`)
  if (!areDeclared(element, ['xml', 'xmlns'])) throw notOne('a prefix has no namespace')
  return element
}

/** Whether each prefix has a namespace: to a server anything else is the end of the stream. */
function areDeclared(element: Element, outer: string[]): boolean {
  const names = Object.keys(element.attrs)
  const own = names.flatMap((name) => (name.startsWith('xmlns:') ? name.slice(6) : []))
  const known = [...outer, ...own]
  return (
    [element.name, ...names].every((name) => known.includes(/^(.*?):/.exec(name)?.[1] ?? 'xml')) &&
    element.getChildElements().every((child) => areDeclared(child, known))
  )
}

const notOne = (problem: string): Failure =>
  bad(`This is not one XML element: ${problem.replace(/\.$/, '')}`)

const bad = (message: string, hint?: string): Failure =>
  new Failure('bad-stanza', message, EXIT.data, hint === undefined ? {} : {hint})
