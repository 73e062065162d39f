/** What is said back because something arrived: receipts, markers, and yes to those who may see our presence. */
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import type {MessageEvent, StanzaEvent, SubscriptionEvent} from '../../protocol/event/event.ts'
import {buildHint} from '../../protocol/message/hints.ts'
import {buildDisplayed} from '../../protocol/message/marker.ts'
import {buildReceipt} from '../../protocol/message/receipt.ts'
import {NS_MUC_USER} from '../../protocol/muc/room.ts'
import {buildSubscription} from '../../protocol/presence/subscription.ts'
import {type Element, xml} from '../../xml.ts'

export interface AckPolicy {
  /** Bare JID. */
  own: string
  /** No receipts and no markers. */
  silent: boolean
  /** Also tell that messages were displayed, where they were. */
  displayed: boolean
  /** Who may see our presence: bare JIDs, or everybody who asks. */
  accepted: string[] | 'all'
}

/** @param shown it was not only received: whoever reads what we print can see it */
export function buildAcknowledgements(
  event: StanzaEvent,
  policy: AckPolicy,
  shown: boolean,
): Element[] {
  if (event.event === 'message') return policy.silent ? [] : receiptsFor(event, policy, shown)
  if (event.event === 'subscription') return approvalOf(event, policy)
  return []
}

/** Not in rooms, where it would be said to everybody, and not for copies and what we said ourselves. */
function receiptsFor(event: MessageEvent, {displayed, own}: AckPolicy, shown: boolean): Element[] {
  const {carbon, from, id, room, type} = event
  if (from === null || id === null || carbon !== null) return []
  if (type === 'groupchat' || matchesJid(bareJidOf(from), own)) return []
  const payloads = [
    ...(event.receiptRequested ? [buildReceipt(id)] : []),
    ...(event.markable && displayed && shown ? [buildDisplayed(id)] : []),
  ]
  // §7.5 of XEP-0045: so that a room, and our other clients, know whom it is for.
  const place = room === null ? [] : [xml('x', {xmlns: NS_MUC_USER})]
  return payloads.map((payload) =>
    xml('message', {to: from, type}, payload, buildHint('store'), ...place),
  )
}

function approvalOf({from, type}: SubscriptionEvent, {accepted}: AckPolicy): Element[] {
  const who = bareJidOf(from)
  const isAccepted = accepted === 'all' || accepted.some((jid) => matchesJid(who, jid))
  if (type !== 'subscribe' || !isAccepted) return []
  return [buildSubscription('subscribed', who)]
}
