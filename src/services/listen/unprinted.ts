/** Received messages that were not printed, as XML for the next run, with their delay (XEP-0203). */
import type {ArchiveResult} from '../../protocol/archive/archive.ts'
import {NS_DELAY, parseDelay} from '../../protocol/core/delay.ts'
import {parseEvent} from '../../protocol/event/parse-event.ts'
import {NS_STANZA_ID} from '../../protocol/message/stanza-id.ts'
import {type Element, Parser, xml} from '../../xml.ts'

/**
 * Undefined for presence, which is outdated by then, and for messages in rooms.
 *
 * @param own bare JID
 */
export function buildUnprinted(stanza: Element, own: string): string | undefined {
  if (stanza.name !== 'message') return undefined
  const event = parseEvent(stanza, own)
  if (!event || event.type === 'groupchat') return undefined
  const [domain = ''] = own.split('@').slice(-1)
  if (parseDelay(stanza, [own, domain])) return stanza.toString()
  const delay = xml('delay', {xmlns: NS_DELAY, from: own, stamp: new Date().toISOString()})
  return xml('message', stanza.attrs, ...stanza.children, delay).toString()
}

/** The message of an archive as the server would have delivered it later. @param own bare JID */
export const toStanza = ({delay, id, message}: ArchiveResult, own: string): Element =>
  xml(
    'message',
    message.attrs,
    ...message.children,
    xml('stanza-id', {xmlns: NS_STANZA_ID, by: own, id}),
    ...(delay ? [xml('delay', {xmlns: NS_DELAY, from: own, stamp: delay})] : []),
  )

/** Undefined for damaged XML. */
export function parseUnprinted(text: string): Element | undefined {
  const parser = new Parser({stream: true})
  let message: Element | undefined
  let damaged = false
  parser.on('element', (element) => {
    message = element
  })
  parser.on('error', () => {
    damaged = true
  })
  parser.write(`<stream xmlns="jabber:client">${text}</stream>`)
  return damaged ? undefined : message
}
