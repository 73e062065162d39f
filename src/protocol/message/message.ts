/** RFC 6121 §5: Exchanging Messages <https://www.rfc-editor.org/rfc/rfc6121#section-5> */
import {randomUUID} from 'node:crypto'
import type {Failure} from '../../errors.ts'
import {type Element, xml} from '../../xml.ts'
import {NS_MUC_USER} from '../muc/room.ts'
import {buildReplace} from './correction.ts'
import {buildFallback} from './fallback.ts'
import {buildHint} from './hints.ts'
import {buildMarkable} from './marker.ts'
import {buildOob} from './oob.ts'
import {buildReactions, type Reactions} from './reaction.ts'
import {buildReceiptRequest} from './receipt.ts'
import {buildReply, type Reply} from './reply.ts'
import {buildRetract, NS_RETRACTION, RETRACTION_BODY} from './retraction.ts'
import {buildOriginId} from './stanza-id.ts'

/** Absent and undefined are the same; what contradicts itself is refused before it gets here. */
export interface OutgoingMessage {
  to: string
  type: 'chat' | 'normal' | 'headline' | 'groupchat'
  /** Made up when absent. */
  id?: string | undefined
  body?: string | undefined
  subject?: string | undefined
  thread?: string | undefined
  /** BCP 47: the language of subject and body. */
  lang?: string | undefined
  /** Asks the recipient's client to say so when the message is there, or was displayed. */
  ask?: 'delivered' | 'displayed' | undefined
  noStore?: boolean | undefined
  noCopy?: boolean | undefined
  /** The message that this one corrects. */
  replace?: string | undefined
  reply?: Reply | undefined
  /** The message that this one takes back. */
  retract?: string | undefined
  reactions?: Reactions | undefined
  oob?: string | undefined
  /** To somebody in a room, through the room (XEP-0045 §7.5). */
  privately?: boolean | undefined
}

/** What became of one message. `accepted`: our server has it, or the room shows it; `unknown`: nobody can say. */
export interface SendResult {
  to: string
  id: string
  state: 'accepted' | 'delivered' | 'displayed' | 'failed' | 'unknown'
  /** The id the room gave it, where it told us (XEP-0359). */
  stanzaId: string | null
  /** To a question (iq) of the caller's own: the XML inside, null where the answer was empty. */
  answer?: string | null
  error: Failure | null
}

export function buildMessage(message: OutgoingMessage): Element {
  const {id = randomUUID(), reactions, retract, to, type} = message
  // The words of a retraction are ours, in the language of the stream.
  const lang = retract === undefined ? message.lang : undefined
  // A message of no text is easily taken for one that need not be kept.
  const storable = (retract !== undefined || reactions !== undefined) && !message.noStore
  return xml(
    'message',
    {to, id, type, 'xml:lang': lang},
    ...content(message),
    ...(storable ? [buildHint('store')] : []),
    ...(message.privately ? [xml('x', {xmlns: NS_MUC_USER})] : []),
    ...(message.noStore ? [buildHint('no-store')] : []),
    ...(message.noCopy ? [buildHint('no-copy')] : []),
    buildOriginId(id),
  )
}

function content(message: OutgoingMessage): Element[] {
  const {ask, oob, reactions, replace, reply, retract, subject, thread} = message
  const body = retract === undefined ? message.body : RETRACTION_BODY
  return [
    ...(subject === undefined ? [] : [xml('subject', {}, subject)]),
    ...(body === undefined ? [] : [xml('body', {}, body)]),
    ...(thread === undefined ? [] : [xml('thread', {}, thread)]),
    ...(oob === undefined ? [] : [buildOob({url: oob})]),
    ...(replace === undefined ? [] : [buildReplace(replace)]),
    ...(reply === undefined ? [] : [buildReply(reply)]),
    ...(reactions === undefined ? [] : [buildReactions(reactions)]),
    ...(retract === undefined ? [] : [buildRetract(retract), buildFallback(NS_RETRACTION)]),
    ...(ask === undefined ? [] : [buildReceiptRequest()]),
    ...(ask === 'displayed' ? [buildMarkable()] : []),
  ]
}

/** A line may be so bad that nobody knows whom it was for. */
export interface LineTarget {
  to: string | null
  id: string | null
}

export type LineResult = {line: number} & Omit<SendResult, keyof LineTarget> & LineTarget

/** What a line would send, as XML. */
export interface LineStanzas {
  line: number
  stanzas: string[]
  error: null
}
