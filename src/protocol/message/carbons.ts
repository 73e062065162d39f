/** XEP-0280: Message Carbons <https://xmpp.org/extensions/xep-0280.html> */
import {childIn, type Element, xml} from '../../xml.ts'
import {parseForwarded} from '../core/forward.ts'

export const NS_CARBONS = 'urn:xmpp:carbons:2'

export interface Carbon {
  /** Whether another client of the account sent or received it. */
  direction: 'sent' | 'received'
  message: Element
}

export const buildEnableCarbons = (): Element => xml('enable', {xmlns: NS_CARBONS})

/** Whether the message claims to be a carbon; `parseCarbon` verifies its sender. */
export const isCarbon = (message: Element): boolean =>
  ['sent', 'received'].includes(carbonIn(message)?.name ?? '')

/** @param own bare JID of this account: a carbon from another address is forged (§11) */
export function parseCarbon(message: Element, own: string): Carbon | undefined {
  const carbon = carbonIn(message)
  const copy = carbon && parseForwarded(carbon)
  const {from = own} = message.attrs as {from?: string}
  if (!copy || from !== own) return undefined
  if (carbon.name !== 'sent' && carbon.name !== 'received') return undefined
  return {direction: carbon.name, message: copy.message}
}

const carbonIn = (message: Element): Element | undefined => childIn(message, NS_CARBONS)
