/** XEP-0280: Message Carbons <https://xmpp.org/extensions/xep-0280.html> */
import {childIn, type Element, xml} from '../../xml.ts'
import {parseForwarded} from '../core/forward.ts'

export const NS_CARBONS = 'urn:xmpp:carbons:2'

export interface Carbon {
  /** What another client of the account did with it. */
  direction: 'sent' | 'received'
  message: Element
}

export const buildEnableCarbons = (): Element => xml('enable', {xmlns: NS_CARBONS})

/** Whether it claims to be a copy of what went through another client of ours; `parseCarbon` says if it is one. */
export const isCarbon = (message: Element): boolean =>
  ['sent', 'received'].includes(carbonIn(message)?.name ?? '')

/** @param own bare JID: only from there may a copy come (§11), everybody else is making it up */
export function parseCarbon(message: Element, own: string): Carbon | undefined {
  const carbon = carbonIn(message)
  const copy = carbon && parseForwarded(carbon)
  const {from = own} = message.attrs as {from?: string}
  if (!copy || from !== own) return undefined
  if (carbon.name !== 'sent' && carbon.name !== 'received') return undefined
  return {direction: carbon.name, message: copy.message}
}

const carbonIn = (message: Element): Element | undefined => childIn(message, NS_CARBONS)
