/** What is said back because something arrived: receipts, markers, and yes to those who may see our presence. */
import {type Element, xml} from '../xml.ts'
import {bareOf, type MessageEvent, type StanzaEvent, type SubscriptionEvent} from './event.ts'
import {buildHint} from './hints.ts'
import {buildDisplayed} from './marker.ts'
import {buildReceipt} from './receipt.ts'
import {buildSubscription} from './subscription.ts'

export interface Manners {
  /** Bare JID. */
  own: string
  /** No receipts and no markers. */
  silent: boolean
  /** Also tell that messages were displayed. */
  displayed: boolean
  /** Who may see our presence: bare JIDs, or everybody who asks. */
  accepted: string[] | 'all'
}

export function acknowledgementsOf(event: StanzaEvent, manners: Manners): Element[] {
  if (event.event === 'message') return manners.silent ? [] : receiptsFor(event, manners)
  if (event.event === 'subscription') return approvalOf(event, manners)
  return []
}

/** Not in rooms, where it would be said to everybody, and not for copies and what we said ourselves. */
function receiptsFor(event: MessageEvent, {displayed, own}: Manners): Element[] {
  const {carbon, from, id, type} = event
  if (from === null || id === null || carbon !== null) return []
  if (type === 'groupchat' || bareOf(from) === own) return []
  const payloads = [
    ...(event.receiptRequested ? [buildReceipt(id)] : []),
    ...(event.markable && displayed ? [buildDisplayed(id)] : []),
  ]
  return payloads.map((payload) => xml('message', {to: from, type}, payload, buildHint('store')))
}

function approvalOf({from, type}: SubscriptionEvent, {accepted}: Manners): Element[] {
  const who = bareOf(from)
  if (type !== 'subscribe' || (accepted !== 'all' && !accepted.includes(who))) return []
  return [buildSubscription('subscribed', who)]
}
