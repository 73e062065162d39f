/** XEP-0297: Stanza Forwarding <https://xmpp.org/extensions/xep-0297.html> */
import type {Element} from '../../xml.ts'
import {parseDelay} from './delay.ts'

export const NS_FORWARD = 'urn:xmpp:forward:0'

export interface Forwarded {
  message: Element
  /** The time when the message was sent. */
  delay: string | undefined
}

/** The forwarded message; the forwarding entity can forge it. */
export function parseForwarded(parent: Element): Forwarded | undefined {
  const forwarded = parent.getChild('forwarded', NS_FORWARD)
  const message = forwarded?.getChild('message')
  return forwarded && message && {message, delay: parseDelay(forwarded)}
}
