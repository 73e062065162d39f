/** RFC 6121 §5: Exchanging Messages <https://www.rfc-editor.org/rfc/rfc6121#section-5> */
import {randomUUID} from 'node:crypto'
import type {Failure} from '../../errors.ts'
import {type Element, xml} from '../../xml.ts'
import type {CreatedRoom} from '../muc/owner.ts'
import {NS_MUC_USER} from '../muc/room.ts'
import {buildReplace} from './correction.ts'
import {buildFallback} from './fallback.ts'
import {buildSharing, type SharedFile} from './file-sharing.ts'
import {buildHint} from './hints.ts'
import {buildMarkable} from './marker.ts'
import {buildOob} from './oob.ts'
import {buildReactions, type Reactions} from './reaction.ts'
import {buildReceiptRequest} from './receipt.ts'
import {buildReply, type Reply} from './reply.ts'
import {buildRetract, NS_RETRACTION, RETRACTION_BODY} from './retraction.ts'
import {buildOriginId, NS_STANZA_ID} from './stanza-id.ts'

/** The content of a message. The caller has checked that it does not contradict itself. */
interface MessageContent {
  to: string
  type: 'chat' | 'normal' | 'headline' | 'groupchat'
  /** Default: a random UUID. */
  id?: string | undefined
  body?: string | undefined
  subject?: string | undefined
  thread?: string | undefined
  /** BCP 47: the language of subject and body. */
  lang?: string | undefined
  /** Requests a delivery receipt, and for `displayed` a displayed marker as well. */
  receipt?: 'delivered' | 'displayed' | undefined
  noStore?: boolean | undefined
  noCopy?: boolean | undefined
  /** Id of the message that this one corrects. */
  replace?: string | undefined
  reply?: Reply | undefined
  /** Id of the message that this one retracts. */
  retract?: string | undefined
  reactions?: Reactions | undefined
  oob?: string | undefined
  /** The file at the URL of `oob`. */
  file?: SharedFile | undefined
  /** A private message to an occupant of a room (XEP-0045 §7.5). */
  privately?: boolean | undefined
}

/** The outcome of one message. `accepted`: the server has it, or the room shows it; `unknown`: the session ended before. */
export interface SendResult {
  to: string
  id: string
  state: 'accepted' | 'delivered' | 'displayed' | 'failed' | 'unknown'
  /** The id that the room has assigned, if it sent one (XEP-0359). */
  stanzaId: string | null
  /** Present if the message was the first in a room that the run has created. */
  roomCreated?: CreatedRoom
  /** The file of the message, if it has one. */
  url?: string
  /** The reply to an iq of --raw: its payload as XML, null if it is empty. */
  answer?: string | null
  error: Failure | null
}

export function buildMessage(message: MessageContent): Element {
  const {id = randomUUID(), reactions, retract, to, type} = message
  // The text of a retraction is English, the default language of the stream.
  const lang = retract === undefined ? message.lang : undefined
  // Some servers do not store a message that has no text.
  const storable = (retract !== undefined || reactions !== undefined) && !message.noStore
  return xml(
    'message',
    {to, id, type, 'xml:lang': lang},
    ...contentOf(message),
    ...(storable ? [buildHint('store')] : []),
    ...(message.privately ? [xml('x', {xmlns: NS_MUC_USER})] : []),
    ...(message.noStore ? [buildHint('no-store')] : []),
    ...(message.noCopy ? [buildHint('no-copy')] : []),
    buildOriginId(id),
  )
}

function contentOf(message: MessageContent): Element[] {
  const {file, oob, reactions, receipt, replace, reply, retract, subject, thread} = message
  const body = retract === undefined ? message.body : RETRACTION_BODY
  return [
    ...(subject === undefined ? [] : [xml('subject', {}, subject)]),
    ...(body === undefined ? [] : [xml('body', {}, body)]),
    ...(thread === undefined ? [] : [xml('thread', {}, thread)]),
    ...(oob === undefined ? [] : [buildOob({url: oob})]),
    ...(file === undefined ? [] : buildSharing(file)),
    ...(replace === undefined ? [] : [buildReplace(replace)]),
    ...(reply === undefined ? [] : [buildReply(reply)]),
    ...(reactions === undefined ? [] : [buildReactions(reactions)]),
    ...(retract === undefined ? [] : [buildRetract(retract), buildFallback(NS_RETRACTION)]),
    ...(receipt === undefined ? [] : [buildReceiptRequest()]),
    ...(receipt === 'displayed' ? [buildMarkable()] : []),
  ]
}

/** A copy of the message with another body, and with another id for it. */
export function replaceBody(message: Element, body: string, id: string): Element {
  const children = message.getChildElements().map((child) => {
    if (child.is('body')) return xml('body', {...child.attrs}, body)
    return child.is('origin-id', NS_STANZA_ID) ? buildOriginId(id) : copyOf(child)
  })
  return xml('message', {...message.attrs, id}, ...children)
}

const copyOf = ({attrs, children, name}: Element): Element =>
  xml(
    name,
    {...attrs},
    ...children.map((child) => (typeof child === 'string' ? child : copyOf(child))),
  )

/** The recipient and id of a line, null if the line cannot be parsed that far. */
export interface LineTarget {
  to: string | null
  id: string | null
}

/** The number of the line, or of the first one if several lines were gathered. */
interface LineNumbers {
  line: number
  lines?: number
}

export type LineResult = LineNumbers & Omit<SendResult, keyof LineTarget> & LineTarget

/** The stanzas of a line as XML, for --dry-run. */
export interface LineStanzas extends LineNumbers {
  stanzas: string[]
  error: null
}
