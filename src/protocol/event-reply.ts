/** What a program says to a message, as the message that says it. */
import {randomUUID} from 'node:crypto'
import type {Element} from '../xml.ts'
import {bareOf, type MessageEvent, type StanzaEvent} from './event.ts'
import {buildMessage} from './message.ts'
import {plainText} from './text.ts'

/** Whether there is somebody to answer: not ourselves, or the answer would be the next question. */
export function isAnswerable(
  event: StanzaEvent,
  own: string,
  nicks: ReadonlyMap<string, string>,
): event is MessageEvent & {from: string} {
  if (event.event !== 'message' || event.body === null || event.from === null) return false
  if (event.carbon !== null || bareOf(event.from) === own || event.type === 'headline') return false
  return event.room === null || event.nick !== nicks.get(event.room)
}

/** To the sender; to all where all were spoken to. */
export function buildAnswer(event: MessageEvent & {from: string}, text: string): Element {
  const isPublic = event.type === 'groupchat'
  return buildMessage({
    id: randomUUID(),
    to: isPublic ? bareOf(event.from) : event.from,
    type: isPublic ? 'groupchat' : event.type === 'normal' ? 'normal' : 'chat',
    body: plainText(text, {clean: true}),
    thread: event.thread ?? undefined,
  })
}
