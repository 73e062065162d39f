/** Events of `listen` as lines of text: a sender cannot forge one. */
import type {
  FileEvent,
  InvitationEvent,
  MessageEvent,
  StanzaEvent,
  SubjectEvent,
} from '../protocol/event/event.ts'
import {sanitizeLine, sanitizeText} from './sanitize.ts'

const INDENT = '    '

/** @param withId whether a message shows the id that a reply to it needs */
export function renderEvent(event: StanzaEvent | FileEvent, withId = false): string {
  const from = sanitizeLine(event.from ?? '')
  switch (event.event) {
    case 'message':
      return renderMessage(event, withId)
    case 'receipt':
      return `${from} has received ${sanitizeLine(event.messageId)}`
    case 'marker':
      return `${from} has ${event.marker} ${sanitizeLine(event.messageId)}`
    case 'chat-state':
      return `${from} is ${event.state}`
    case 'subject':
      return renderSubject(event, from)
    case 'invitation':
      return renderInvitation(event, from)
    case 'presence':
      return `${from} is ${event.show}${statusOf(event.status)}`
    case 'subscription':
      return `${from} ${SUBSCRIPTION_TEXT[event.type] ?? sanitizeLine(event.type)}${statusOf(event.status)}`
    case 'file':
      return renderFile(event)
    case 'error': {
      const {code, condition, message, text} = event.error
      const detail = text ? `: ${text}` : ''
      return `${from}: error: ${sanitizeLine(`${message} (${condition ?? code})${detail}`)}`
    }
  }
}

const SUBSCRIPTION_TEXT: Record<string, string> = {
  subscribe: 'asks to see the presence of this account',
  subscribed: 'shows its presence to this account',
  unsubscribe: 'no longer wants to see the presence of this account',
  unsubscribed: 'does not show its presence to this account',
}

const statusOf = (status: string | null): string =>
  status === null ? '' : ` (${sanitizeText(status, INDENT)})`

/** After a join, a room without a subject reports that itself. */
function renderSubject({nick, subject}: SubjectEvent, from: string): string {
  if (subject !== '') return `${from} has set the subject: ${sanitizeLine(subject)}`
  return nick === null ? `${from} has no subject` : `${from} has removed the subject`
}

function renderInvitation({inviter, reason, room}: InvitationEvent, from: string): string {
  const who = inviter === null || inviter === from ? from : `${from}: ${sanitizeLine(inviter)}`
  return `${who} invites this account to the room ${sanitizeLine(room)}${statusOf(reason)}`
}

/**
 * `from: text`, or `from -> to: text` for a message that another client of this account sent. The line begins with the
 * kind of message, unless it is a chat or public in a room. No address looks like it: none has a space before its `/`.
 */
function renderMessage(event: MessageEvent, withId: boolean): string {
  const {action, carbon, delay, encrypted, files, from, reactions} = event
  const {replace, retract, subject, text, to} = event
  const addresses = carbon === 'sent' ? `${from ?? ''} -> ${to ?? ''}` : (from ?? '')
  const notes = [
    delay,
    withId && idOf(event),
    encrypted !== null && `(encrypted: ${encrypted})`,
    subject !== null && `[${subject}]`,
    replace !== null && `(corrects ${replace})`,
    retract !== null && `(retracts ${retract})`,
    reactions && `(reacts to ${reactions.id} with ${reactions.emojis.join(' ') || 'nothing'})`,
    action !== null && `(selects ${action})`,
    ...files.map((file) => file.url !== text && `<${file.url}>`),
  ].filter((note): note is string => typeof note === 'string')
  const body = text === null ? [] : [sanitizeText(text, INDENT)]
  return `${kindOf(event)}${sanitizeLine(addresses)}: ${[...notes.map(sanitizeLine), ...body].join(' ')}`
}

/** In a room, the id that the room has given the message (XEP-0461 §3.1). */
function idOf({id, stanzaId, type}: MessageEvent): string | false {
  const shown = type === 'groupchat' ? (stanzaId ?? id) : id
  return shown !== null && `(id ${shown})`
}

function renderFile({error, from, path, url}: FileEvent): string {
  const outcome = error ? `not saved <${url}>: ${error.message}` : `saved as ${path}`
  return sanitizeLine(`${from ?? ''}: ${outcome}`)
}

function kindOf({room, type}: MessageEvent): string {
  if (type === (room === null ? 'chat' : 'groupchat')) return ''
  if (room === null) return `${type} `
  return type === 'chat' ? 'private ' : `private ${type} `
}
