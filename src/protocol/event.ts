/** What `listen` tells of the stanzas that arrive (contract: events); RFC 6121 §4 and §5. */
import {type Element, parseStanzaError} from '../xml.ts'
import {type Carbon, isCarbon, parseCarbon} from './carbons.ts'
import {type ChatState, parseChatState} from './chat-state.ts'
import {parseReplace} from './correction.ts'
import {parseDelay} from './delay.ts'
import {isMarkable, type Marker, parseMarker} from './marker.ts'
import {parseOob} from './oob.ts'
import {isNotification, parsePresence, type Show} from './presence.ts'
import {parseReactions, type Reactions} from './reaction.ts'
import {parseReceipt, wantsReceipt} from './receipt.ts'
import {parseReply} from './reply.ts'
import {parseRetract} from './retraction.ts'
import {NS_MUC_USER} from './room.ts'
import {parseStanzaId} from './stanza-id.ts'

interface Common {
  id: string | null
  from: string | null
  to: string | null
  type: string
}

/** What every message has in common, whatever it says. */
interface MessageCommon extends Common {
  /** The id under which the archive of the account, or of the room, has it. */
  stanzaId: string | null
  /** RFC 3339: when it was sent, if it waited somewhere on the way. */
  delay: string | null
  /** Another client of the account sent or received it, and this is a copy. */
  carbon: Carbon['direction'] | null
  /** Bare JID of the room that it came through, and who said it there. */
  room: string | null
  nick: string | null
}

export interface MessageEvent extends MessageCommon {
  event: 'message'
  body: string | null
  subject: string | null
  thread: string | null
  lang: string | null
  /** Ids of earlier messages: the one that this corrects, and the one that it takes back. */
  replace: string | null
  retract: string | null
  reply: {id: string; to: string | null} | null
  reactions: Reactions | null
  oob: {url: string; description: string | null} | null
  /** The sender would like to know when it got here, and when it was displayed. */
  receiptRequested: boolean
  markable: boolean
}

/** Of our message `messageId`: it got there. */
export interface ReceiptEvent extends MessageCommon {
  event: 'receipt'
  messageId: string
}

/** Of our message `messageId`, and all before it. */
export interface MarkerEvent extends MessageCommon {
  event: 'marker'
  marker: Marker['kind']
  messageId: string
}

export interface ChatStateEvent extends MessageCommon {
  event: 'chat-state'
  state: ChatState
}

/** Of a room: what it is about, at entering and whenever it changes. */
export interface SubjectEvent extends MessageCommon {
  event: 'subject'
  subject: string
}

export interface PresenceEvent extends Common {
  event: 'presence'
  show: Show
  status: string | null
  priority: number
  room: string | null
  nick: string | null
}

export interface SubscriptionEvent extends Common {
  event: 'subscription'
  status: string | null
}

export interface ErrorEvent extends Common {
  event: 'error'
  error: Record<string, unknown>
}

export type MessageKind = MessageEvent | ReceiptEvent | MarkerEvent | ChatStateEvent | SubjectEvent

export type StanzaEvent = MessageKind | PresenceEvent | SubscriptionEvent | ErrorEvent

const SUBSCRIPTION_TYPES = ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed']

/** @param own bare JID. Undefined for a stanza that says nothing to a reader, or says it for somebody else. */
export function parseEvent(stanza: Element, own: string): StanzaEvent | undefined {
  if (stanza.name === 'presence') return parsePresenceEvent(stanza)
  if (stanza.name !== 'message') return undefined
  if (!isCarbon(stanza)) return parseMessageEvent(stanza, own)
  const carbon = parseCarbon(stanza, own)
  const event = carbon && parseMessageEvent(carbon.message, own)
  return event && event.event !== 'error' ? {...event, carbon: carbon.direction} : undefined
}

export const bareOf = (jid: string | null): string => jid?.split('/', 1)[0] ?? ''

const resourceOf = (jid: string | null): string | null =>
  jid?.includes('/') ? jid.slice(jid.indexOf('/') + 1) : null

function parseCommon({attrs}: Element, type: string): Common {
  const {from = null, id = null, to = null} = attrs
  return {id, from, to, type}
}

function parsePresenceEvent(presence: Element): StanzaEvent | undefined {
  const {type = 'available'} = presence.attrs
  const common = parseCommon(presence, type)
  if (type === 'error') return errorEvent(presence, common)
  if (SUBSCRIPTION_TYPES.includes(type))
    return {event: 'subscription', ...common, status: presence.getChildText('status') || null}
  if (!isNotification(presence)) return undefined
  const {priority, show, status} = parsePresence(presence)
  const inRoom = presence.getChild('x', NS_MUC_USER) !== undefined
  return {event: 'presence', ...common, show, status, priority, ...placeOf(common.from, inRoom)}
}

function parseMessageEvent(message: Element, own: string): MessageKind | ErrorEvent | undefined {
  const type = message.attrs.type ?? 'normal'
  const common = parseCommon(message, type)
  if (type === 'error') return errorEvent(message, common)
  const inRoom = type === 'groupchat' || message.getChild('x', NS_MUC_USER) !== undefined
  const archive = type === 'groupchat' ? bareOf(common.from) : own
  const all: MessageCommon = {
    ...common,
    stanzaId: parseStanzaId(message, archive) ?? null,
    delay: parseDelay(message) ?? null,
    carbon: null,
    ...placeOf(common.from, inRoom),
  }
  const content = parseContent(message)
  if (type === 'groupchat' && content?.body === null && content.subject !== null)
    return {event: 'subject', ...all, subject: content.subject}
  if (content) return {event: 'message', ...all, ...content}
  const receipt = parseReceipt(message)
  if (receipt) return {event: 'receipt', ...all, messageId: receipt}
  const marker = parseMarker(message)
  if (marker) return {event: 'marker', ...all, marker: marker.kind, messageId: marker.id}
  const state = parseChatState(message)
  return state && {event: 'chat-state', ...all, state}
}

type Content = Omit<MessageEvent, keyof MessageCommon | 'event'>

/** Undefined where nobody says anything: then the message is a message only in name. */
function parseContent(message: Element): Content | undefined {
  const body = message.getChildText('body')
  const subject = message.getChildText('subject')
  const retract = parseRetract(message) ?? null
  const reactions = parseReactions(message) ?? null
  const oob = parseOob(message)
  if ([body, subject, retract, reactions, oob ?? null].every((part) => part === null))
    return undefined
  const reply = parseReply(message)
  return {
    body,
    subject,
    thread: message.getChildText('thread') || null,
    lang: (message.attrs['xml:lang'] as string | undefined) ?? null,
    replace: parseReplace(message) ?? null,
    retract,
    reply: reply ? {id: reply.id, to: reply.to ?? null} : null,
    reactions,
    oob: oob ? {url: oob.url, description: oob.description ?? null} : null,
    receiptRequested: wantsReceipt(message),
    markable: isMarkable(message),
  }
}

const errorEvent = (stanza: Element, common: Common): ErrorEvent => ({
  event: 'error',
  ...common,
  error: parseStanzaError(stanza).toJSON(),
})

const placeOf = (
  from: string | null,
  inRoom: boolean,
): {room: string | null; nick: string | null} =>
  inRoom ? {room: bareOf(from), nick: resourceOf(from)} : {room: null, nick: null}
