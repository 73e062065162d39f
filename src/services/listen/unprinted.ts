/** Messages that were received and not printed, as XML to be kept for the next run; XEP-0203 says how long they waited. */

import {NS_DELAY, parseDelay} from '../../protocol/core/delay.ts'
import {parseEvent} from '../../protocol/event/parse-event.ts'
import {type Element, Parser, xml} from '../../xml.ts'

/**
 * Undefined for what is not worth keeping: presence is stale by then, and what a room says is for those who are in it.
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

/** Undefined for what was damaged. */
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
