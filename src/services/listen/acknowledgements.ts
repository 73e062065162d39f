/** Stanzas that answer an event: receipts, displayed markers, and approvals of subscription requests. */
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
  /** Send no receipts and no markers. */
  silent: boolean
  /** Also send displayed markers for printed messages. */
  displayed: boolean
  /** The bare JIDs whose subscription requests are approved, or `all`. */
  accepted: string[] | 'all'
}

/** @param shown whether the message was printed, and not only received */
export function buildAcknowledgements(
  event: StanzaEvent,
  policy: AckPolicy,
  shown: boolean,
): Element[] {
  if (event.event === 'message') return policy.silent ? [] : receiptsFor(event, policy, shown)
  if (event.event === 'subscription') return approvalOf(event, policy)
  return []
}

/** Messages in rooms, copies, and messages of this account get no receipt. */
function receiptsFor(event: MessageEvent, {displayed, own}: AckPolicy, shown: boolean): Element[] {
  const {carbon, from, id, room, type} = event
  if (from === null || id === null || carbon !== null || type === 'groupchat') return []
  const payloads = [
    ...(event.receiptRequested ? [buildReceipt(id)] : []),
    ...(event.markable && displayed && shown ? [buildDisplayed(id)] : []),
  ]
  if (payloads.length === 0 || matchesJid(bareJidOf(from), own)) return []
  // XEP-0045 §7.5: marks the stanza as private, for the room and for the other clients of this account.
  const place = room === null ? [] : [xml('x', {xmlns: NS_MUC_USER})]
  return payloads.map((payload) =>
    xml('message', {to: from, type}, payload, buildHint('store'), ...place),
  )
}

function approvalOf({from, type}: SubscriptionEvent, {accepted}: AckPolicy): Element[] {
  const contact = bareJidOf(from)
  const isAccepted = accepted === 'all' || accepted.some((jid) => matchesJid(contact, jid))
  if (type !== 'subscribe' || !isAccepted) return []
  return [buildSubscription('subscribed', contact)]
}
