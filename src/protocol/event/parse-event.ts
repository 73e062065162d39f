/** Builds the event for a stanza: RFC 6121 §4 and §5, and the extensions of messages. */
import {bareJidOf, domainOf, resourceOf} from '../../jid.ts'
import {type Element, parseStanzaError} from '../../xml.ts'
import {parseDelay} from '../core/delay.ts'
import {parseBody} from '../message/body.ts'
import {isCarbon, parseCarbon} from '../message/carbons.ts'
import {parseChatState} from '../message/chat-state.ts'
import {parseReplace} from '../message/correction.ts'
import {parseEncryption} from '../message/encryption.ts'
import {parseSharedFiles} from '../message/file-sharing.ts'
import {isMarkable, parseMarker} from '../message/marker.ts'
import {parseOob} from '../message/oob.ts'
import {parseSelectedAction} from '../message/quick-response.ts'
import {parseReactions} from '../message/reaction.ts'
import {parseReceipt, wantsReceipt} from '../message/receipt.ts'
import {parseReply} from '../message/reply.ts'
import {parseRetract} from '../message/retraction.ts'
import {parseOriginId, parseStanzaId} from '../message/stanza-id.ts'
import {parseRoomInvitation} from '../muc/invitation.ts'
import {isNotification, parsePresence} from '../presence/presence.ts'
import type {
  Common,
  ErrorEvent,
  MessageCommon,
  MessageEvent,
  MessageKind,
  StanzaEvent,
} from './event.ts'

const SUBSCRIPTION_TYPES = ['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed']

/** RFC 6121 §5.2.2: any other value means `normal`. */
const MESSAGE_TYPES = ['chat', 'error', 'groupchat', 'headline', 'normal']

type IsRoom = (jid: string) => boolean

/**
 * Undefined for a stanza without content for the user, or for another account.
 *
 * @param own bare JID
 * @param isRoom whether a bare JID is a joined room: any user can send a stanza that looks like one from a room
 */
export function parseEvent(
  stanza: Element,
  own: string,
  isRoom: IsRoom = () => false,
): StanzaEvent | undefined {
  if (stanza.name === 'presence') return parsePresenceEvent(stanza, isRoom)
  if (stanza.name !== 'message') return undefined
  if (!isCarbon(stanza)) return parseMessageEvent(stanza, own, isRoom)
  const carbon = parseCarbon(stanza, own)
  // A room sends a private message to each session of its occupant, so the copy is a second one.
  if (carbon?.direction === 'received' && isRoom(bareJidOf(carbon.message.attrs.from)))
    return undefined
  const event = carbon && parseMessageEvent(carbon.message, own, isRoom)
  return event && event.event !== 'error' ? {...event, carbon: carbon.direction} : undefined
}

function parseCommon({attrs}: Element, type: string): Common {
  const {from = null, id = null, to = null} = attrs
  return {id, from, to, type}
}

function parsePresenceEvent(presence: Element, isRoom: IsRoom): StanzaEvent | undefined {
  const {type = 'available'} = presence.attrs
  const common = parseCommon(presence, type)
  if (type === 'error') return errorEvent(presence, common)
  if (SUBSCRIPTION_TYPES.includes(type))
    return {event: 'subscription', ...common, status: presence.getChildText('status') || null}
  if (!isNotification(presence)) return undefined
  const {priority, show, status} = parsePresence(presence)
  return {event: 'presence', ...common, show, status, priority, ...placeOf(common.from, isRoom)}
}

function parseMessageEvent(
  message: Element,
  own: string,
  isRoom: IsRoom,
): MessageKind | ErrorEvent | undefined {
  const type = MESSAGE_TYPES.find((known) => known === message.attrs.type) ?? 'normal'
  const common = parseCommon(message, type)
  if (type === 'error') return errorEvent(message, common)
  const {nick, room} = placeOf(common.from, isRoom)
  const archive = (type === 'groupchat' && room) || own
  const all: MessageCommon = {
    ...common,
    stanzaId: parseStanzaId(message, archive) ?? null,
    delay: parseDelay(message, [own, domainOf(own), ...(room ? [room] : [])]) ?? null,
    carbon: null,
    room,
    nick,
  }
  const invitation = parseRoomInvitation(message, bareJidOf(common.from))
  if (invitation) {
    const {inviter = null, reason = null, room} = invitation
    const {body} = parseBody(message)
    return {event: 'invitation', ...all, room, nick: null, inviter, reason, body}
  }
  const event = parseContent(message, all)
  if (type === 'groupchat' && event?.body === null && event.subject !== null)
    return {event: 'subject', ...all, subject: event.subject}
  if (event) return event
  const receipt = parseReceipt(message)
  if (receipt) return {event: 'receipt', ...all, messageId: receipt}
  const marker = parseMarker(message)
  if (marker) return {event: 'marker', ...all, marker: marker.kind, messageId: marker.id}
  const state = parseChatState(message)
  return state && {event: 'chat-state', ...all, state}
}

/** Undefined for a message without content. */
function parseContent(message: Element, all: MessageCommon): MessageEvent | undefined {
  const {body, lang, text} = parseBody(message)
  const encrypted = parseEncryption(message) ?? null
  const subject = message.getChildText('subject')
  const retract = parseRetract(message) ?? null
  const reactions = parseReactions(message) ?? null
  const action = parseSelectedAction(message) ?? null
  const oob = parseOob(message)
  const files = parseSharedFiles(message)
  const parts = [body, encrypted, subject, retract, reactions, action, files[0] ?? null]
  if (parts.every((part) => part === null)) return undefined
  const reply = parseReply(message)
  // Without a spread: to copy the properties of two objects takes V8 longer than to parse the message.
  return {
    event: 'message',
    id: all.id,
    from: all.from,
    to: all.to,
    type: all.type,
    stanzaId: all.stanzaId,
    delay: all.delay,
    carbon: all.carbon,
    room: all.room,
    nick: all.nick,
    originId: parseOriginId(message) ?? null,
    body,
    text,
    subject,
    thread: message.getChildText('thread') || null,
    lang,
    encrypted,
    replace: parseReplace(message) ?? null,
    retract,
    reply: reply ? {id: reply.id, to: reply.to ?? null} : null,
    reactions,
    action,
    oob: oob ? {url: oob.url, description: oob.description ?? null} : null,
    files,
    receiptRequested: wantsReceipt(message),
    markable: isMarkable(message),
  }
}

const errorEvent = (stanza: Element, common: Common): ErrorEvent => ({
  event: 'error',
  ...common,
  error: parseStanzaError(stanza).toJSON(),
})

function placeOf(from: string | null, isRoom: IsRoom): {room: string | null; nick: string | null} {
  if (from === null || !isRoom(bareJidOf(from))) return {room: null, nick: null}
  return {room: bareJidOf(from), nick: resourceOf(from)}
}
