/** RFC 6120 §8 and §11: one stanza that the user has written as XML <https://www.rfc-editor.org/rfc/rfc6120#section-11> */
import {randomUUID} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {isMarkable} from '../../protocol/message/marker.ts'
import {wantsReceipt} from '../../protocol/message/receipt.ts'
import {type Element, Parser} from '../../xml.ts'
import {parseWait} from './compose.ts'
import type {OutgoingStanza} from './outgoing-stanza.ts'

const STANZAS = ['message', 'presence', 'iq']

/** Throws 65 as `parseStanza` does, and if the stanza does not request the receipt that --wait needs. */
export function parseRaw(text: string, waitFor?: string): OutgoingStanza {
  const stanza = parseStanza(text)
  const wait = parseWait(waitFor)
  const isRequested = isMarkable(stanza) || (wait === 'delivered' && wantsReceipt(stanza))
  if (wait === 'accepted' || (stanza.name === 'message' && isRequested))
    return {element: stanza, wait}
  throw bad(
    `The stanza requests no receipt for --wait ${wait}`,
    "Add <request xmlns='urn:xmpp:receipts'/>, or <markable xmlns='urn:xmpp:chat-markers:0'/>",
  )
}

/** Throws 65 unless the text is exactly one stanza with a recipient. Adds an id if it is missing. */
export function parseStanza(text: string): Element {
  const source = text.trim().replace(/^<\?xml[^?]*\?>\s*/, '')
  const stanza = parse(source)
  const namespace = stanza.attrs.xmlns
  if (!STANZAS.includes(stanza.name) || (namespace && namespace !== 'jabber:client'))
    throw bad(`<${stanza.name}/> is not a stanza`, 'Write a message, presence or iq element')
  if (!stanza.attrs.to) throw bad('The stanza has no recipient', 'Add the attribute to')
  // The spelling that the server uses in its replies.
  stanza.attrs.to = parseJid(stanza.attrs.to).full
  delete stanza.attrs.xmlns // the stream declares it
  stanza.attrs.id ||= randomUUID()
  return stanza
}

/** Parses the text as the only element of a stream, so everything that a stream forbids (§11.1) is an error. */
function parse(source: string): Element {
  const parser = new Parser({stream: true})
  const elements: Element[] = []
  let isComplete = false
  parser.on('element', (element) => elements.push(element))
  parser.on('end', () => {
    isComplete = true
  })
  parser.on('error', ({message}) => {
    throw notOneElement(message)
  })
  for (const part of ['<stream>', source, '</stream>']) parser.write(part)
  const [element, ...others] = elements
  if (!element || others.length > 0 || !isComplete)
    throw notOneElement(`there are ${elements.length}`)
  if (!areDeclared(element, ['xml', 'xmlns'])) throw notOneElement('a prefix has no namespace')
  return element
}

/** Whether each prefix has a namespace. If not, the server would end the stream. */
function areDeclared(element: Element, inherited: string[]): boolean {
  const names = Object.keys(element.attrs)
  const declared = names.flatMap((name) => (name.startsWith('xmlns:') ? name.slice(6) : []))
  const known = [...inherited, ...declared]
  return (
    [element.name, ...names].every((name) => known.includes(/^(.*?):/.exec(name)?.[1] ?? 'xml')) &&
    element.getChildElements().every((child) => areDeclared(child, known))
  )
}

const notOneElement = (problem: string): Failure =>
  bad(`This is not one XML element: ${problem.replace(/\.$/, '')}`)

const bad = (message: string, hint?: string): Failure =>
  new Failure('bad-stanza', message, EXIT.data, hint === undefined ? {} : {hint})
