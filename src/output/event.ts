/** Events of `listen` as lines of text: a sender cannot forge one. */
import type {MessageEvent, StanzaEvent} from '../protocol/event.ts'
import {cleanBody, cleanLine} from './clean.ts'

const INDENT = '    '

export function renderEvent(event: StanzaEvent): string {
  const from = cleanLine(event.from ?? '')
  switch (event.event) {
    case 'message':
      return renderMessage(event)
    case 'receipt':
      return `${from} has received ${cleanLine(event.messageId)}`
    case 'marker':
      return `${from} has ${event.marker} ${cleanLine(event.messageId)}`
    case 'chat-state':
      return `${from} is ${event.state}`
    case 'subject':
      return `${from} has set the subject: ${cleanLine(event.subject)}`
    case 'presence':
      return `${from} is ${event.show}${statusOf(event.status)}`
    case 'subscription':
      return `${from} ${SAID[event.type] ?? cleanLine(event.type)}${statusOf(event.status)}`
    case 'error': {
      const {condition, message} = event.error
      return `${from}: error: ${cleanLine(String(message))} (${cleanLine(String(condition))})`
    }
  }
}

const SAID: Record<string, string> = {
  subscribe: 'asks to see our presence',
  subscribed: 'lets us see their presence',
  unsubscribe: 'does not want to see our presence any more',
  unsubscribed: 'does not let us see their presence',
}

const statusOf = (status: string | null): string =>
  status === null ? '' : ` (${cleanBody(status, INDENT)})`

/** `from: text`, or `from -> to: text` of what another client of ours sent. */
function renderMessage(event: MessageEvent): string {
  const {body, carbon, delay, from, oob, reactions, replace, retract, subject, to} = event
  const whom = carbon === 'sent' ? `${from ?? ''} -> ${to ?? ''}` : (from ?? '')
  const notes = [
    delay,
    subject !== null && `[${subject}]`,
    replace !== null && `(corrects ${replace})`,
    retract !== null && `(takes back ${retract})`,
    reactions && `(reacts to ${reactions.id} with ${reactions.emojis.join(' ') || 'nothing'})`,
    oob && oob.url !== body && `<${oob.url}>`,
  ].filter((note): note is string => typeof note === 'string')
  const text = body === null ? [] : [cleanBody(body, INDENT)]
  return `${cleanLine(whom)}: ${[...notes.map(cleanLine), ...text].join(' ')}`
}
