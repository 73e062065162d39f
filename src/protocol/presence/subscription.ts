/** RFC 6121 §3: Managing Presence Subscriptions <https://www.rfc-editor.org/rfc/rfc6121#section-3> */
import {EXIT, Failure, toFailure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {type Element, type StanzaChannel, xml} from '../../xml.ts'
import {collectUntil} from '../core/collect-until.ts'
import {checkText} from '../core/text.ts'
import {type OwnJid, type RosterView, trackRoster} from '../roster/live-roster.ts'
import {NS_NICK} from '../roster/nick.ts'
import {buildRemoval, type Contact, type Subscription} from '../roster/roster.ts'
import {disableOfflineDelivery} from './offline-messages.ts'
import {buildPresence} from './presence.ts'

type SubscriptionType = 'subscribe' | 'subscribed' | 'unsubscribe' | 'unsubscribed'

/** What the command did, and the state of the subscription now. */
export interface SubscriptionResult {
  jid: string
  state: SubscriptionState
  subscription: Subscription
  pending: boolean
  approved: boolean
}

/** `unchanged`: the subscription had this state before, and no stanza was sent. */
export type SubscriptionState =
  | 'requested'
  | 'subscribed'
  | 'unsubscribed'
  | 'approved'
  | 'pre-approved'
  | 'denied'
  | 'unchanged'

/** A request to see the presence of this account. */
export interface SubscriptionRequest {
  jid: string
  message: string | null
  /** The nickname of the sender (XEP-0172). */
  nick: string | null
}

export function buildSubscription(type: SubscriptionType, to: string, message?: string): Element {
  const status = message ? [xml('status', {}, checkText(message, 'The message'))] : []
  return xml('presence', {type, to}, ...status)
}

export function parseSubscriptionRequest(presence: Element): SubscriptionRequest {
  return {
    jid: bareJidOf(presence.attrs.from),
    message: presence.getChildText('status') || null,
    nick: presence.getChildText('nick', NS_NICK) || null,
  }
}

/** §3.1: requests a subscription. A pending request is sent again only with a message. */
export async function subscribe(
  stanzas: StanzaChannel,
  roster: RosterView,
  jid: string,
  message?: string,
): Promise<SubscriptionResult> {
  const before = roster.contact(jid)
  const isPending = before?.pending === true && message === undefined
  if (isSubscribedTo(before) || isPending) return result(jid, 'unchanged', before)
  await stanzas.sendConfirmed(buildSubscription('subscribe', jid, message))
  const after = await contactOnce(
    roster,
    jid,
    (now) => isSubscribedTo(now) || now?.pending === true,
  )
  if (isSubscribedTo(after)) return result(jid, 'subscribed', after)
  if (after?.pending) return result(jid, 'requested', after)
  throw new Failure(
    'not-requested',
    `The server did not record a request to ${jid}: the user may not exist`,
    EXIT.noUser,
    {stage: 'request'},
  )
}

/** §3.3: cancels the subscription of this account to the contact, or withdraws a pending request. */
export async function unsubscribe(
  stanzas: StanzaChannel,
  self: OwnJid,
  jid: string,
): Promise<SubscriptionResult> {
  const roster = await trackRoster(stanzas, self)
  const before = roster.contact(jid)
  if (!isSubscribedTo(before) && !before?.pending) return result(jid, 'unchanged', before)
  const bounce = await sendPastBounce(stanzas, buildSubscription('unsubscribe', jid))
  const after = await contactOnce(roster, jid, (now) => !isSubscribedTo(now) && !now?.pending)
  if (isSubscribedTo(after) || after?.pending) throw bounce ?? notChanged(jid)
  return result(jid, 'unsubscribed', after)
}

/** §3.1.4: approves the request of the contact; without a request, approves it in advance if supported (§3.4). */
export async function approve(
  stanzas: StanzaChannel,
  self: OwnJid,
  jid: string,
): Promise<SubscriptionResult> {
  const roster = await trackRoster(stanzas, self)
  const before = roster.contact(jid)
  if (isSubscriber(before) || before?.approved) return result(jid, 'unchanged', before)
  const pushes = roster.pushes(jid)
  await stanzas.sendConfirmed(buildSubscription('subscribed', jid))
  const after = await contactOnce(
    roster,
    jid,
    (now) => isSubscriber(now) || roster.pushes(jid) > pushes,
  )
  if (isSubscriber(after)) return result(jid, 'approved', after)
  // Not every server shows the approval in the roster, but a roster push proves that the server stored it.
  if (after && roster.pushes(jid) > pushes)
    return result(jid, 'pre-approved', {...after, approved: true})
  throw noRequest(
    jid,
    'The server does not support approval in advance. See xmpp presence requests',
  )
}

/**
 * §3.2: refuses the request of the contact, or cancels its subscription. The roster does not contain pending requests
 * (§2.1.2.5), so if it shows no subscription, the pending requests are fetched.
 */
export async function deny(
  stanzas: StanzaChannel,
  self: OwnJid,
  jid: string,
): Promise<SubscriptionResult> {
  const roster = await trackRoster(stanzas, self)
  const before = roster.contact(jid)
  const isShown = isSubscriber(before) || before?.approved
  const hasAsked = isShown || (await getRequests(stanzas)).some((one) => matchesJid(one.jid, jid))
  const pushes = roster.pushes(jid)
  // Always sent: not every server shows an approval in advance in the roster.
  const bounce = await sendPastBounce(stanzas, buildSubscription('unsubscribed', jid))
  const after = await contactOnce(roster, jid, (now) => !isSubscriber(now) && !now?.approved)
  if (isSubscriber(after) || after?.approved) throw bounce ?? notChanged(jid)
  if (hasAsked || roster.pushes(jid) > pushes) return result(jid, 'denied', after)
  throw noRequest(jid, 'Nothing was changed. See xmpp presence requests')
}

/**
 * §2.5: removes a contact from the roster, and withdraws or refuses pending requests: the server cancels the
 * subscriptions (§2.5.2), but not every server cancels the requests too.
 */
export async function removeContact(
  stanzas: StanzaChannel,
  roster: RosterView,
  contact: Contact,
): Promise<void> {
  const {jid, pending} = contact
  await Promise.all([
    pending && sendPastBounce(stanzas, buildSubscription('unsubscribe', jid)),
    !isSubscriber(contact) && sendPastBounce(stanzas, buildSubscription('unsubscribed', jid)),
    stanzas.set(buildRemoval(jid)),
  ])
  if (await contactOnce(roster, jid, (now) => now === undefined)) throw notChanged(jid)
}

/**
 * The pending requests. Servers send them when a resource becomes available (§3.1.3), and some servers only when its
 * priority is not negative. Then the server also delivers the stored messages, unless that can be disabled; so without
 * that, the priority is -1, and some servers send no requests.
 */
export async function getRequests(stanzas: StanzaChannel): Promise<SubscriptionRequest[]> {
  const incoming = stanzas.incoming()
  const priority = (await disableOfflineDelivery(stanzas)) ? 0 : -1
  const arrived = await collectUntil(incoming, stanzas.sendConfirmed(buildPresence({priority})))
  const requests = arrived
    .filter(({attrs, name}) => name === 'presence' && attrs.type === 'subscribe')
    .map(parseSubscriptionRequest)
    .filter(({jid}) => jid !== '')
  return [...new Map(requests.map((request) => [request.jid, request])).values()]
}

/** The contact after the pushes so far, or else after a new roster request: not every server pushes each change. */
async function contactOnce(
  roster: RosterView,
  jid: string,
  isSettled: (contact: Contact | undefined) => boolean,
): Promise<Contact | undefined> {
  if (!isSettled(roster.contact(jid)))
    await roster.refresh().catch((error: unknown) => {
      const failure = toFailure(error)
      throw failure.with({
        code: 'unknown-outcome',
        message: `${failure.message} before the roster showed the effect of the request`,
        exitCode: failure.code === 'interrupted' ? failure.exitCode : EXIT.unknownOutcome,
        hint: 'See xmpp roster list',
      })
    })
  return roster.contact(jid)
}

/**
 * Resolves with the error if the stanza is returned: the contact was not notified, but the server of this account may
 * have changed the roster.
 */
async function sendPastBounce(
  stanzas: StanzaChannel,
  stanza: Element,
): Promise<Failure | undefined> {
  try {
    await stanzas.sendConfirmed(stanza)
    return undefined
  } catch (error) {
    if (error instanceof Failure && error.condition && error.stage === 'request') return error
    throw error
  }
}

function noRequest(jid: string, hint: string): Failure {
  const message = `${jid} has not asked to see the presence of this account`
  return new Failure('no-request', message, EXIT.noUser, {stage: 'request', hint})
}

function notChanged(jid: string): Failure {
  return new Failure(
    'not-changed',
    `The server accepted the request, but did not change ${jid} in the roster`,
    EXIT.unavailable,
    {stage: 'request', hint: 'The server may share this contact with all its accounts'},
  )
}

/** Whether this account is subscribed to the presence of the contact (§2.1.2.5). */
const isSubscribedTo = (contact: Contact | undefined): boolean =>
  contact?.subscription === 'to' || contact?.subscription === 'both'

/** Whether the contact is subscribed to the presence of this account. */
const isSubscriber = (contact: Contact | undefined): boolean =>
  contact?.subscription === 'from' || contact?.subscription === 'both'

function result(
  jid: string,
  state: SubscriptionState,
  contact: Contact | undefined,
): SubscriptionResult {
  const {approved = false, pending = false, subscription = 'none'} = contact ?? {}
  return {jid, state, subscription, pending, approved}
}
