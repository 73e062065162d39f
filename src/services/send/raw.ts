/** RFC 6120 §8 and §11: one stanza that the user has written as XML <https://www.rfc-editor.org/rfc/rfc6120#section-11> */
import {randomUUID} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {isMarkable} from '../../protocol/message/marker.ts'
import {wantsReceipt} from '../../protocol/message/receipt.ts'
import type {Element} from '../../xml.ts'
import {readElement} from '../../xml-element.ts'
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
  const stanza = readElement(text, 'bad-stanza')
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

const bad = (message: string, hint?: string): Failure =>
  new Failure('bad-stanza', message, EXIT.data, hint === undefined ? {} : {hint})
