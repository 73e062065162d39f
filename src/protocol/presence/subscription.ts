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

/** What was done, and how things stand between the two accounts now. */
export interface SubscriptionResult {
  jid: string
  state: SubscriptionState
  subscription: Subscription
  pending: boolean
  approved: boolean
}

/** `unchanged`: it was so before, and nothing was sent. */
export type SubscriptionState =
  | 'requested'
  | 'subscribed'
  | 'unsubscribed'
  | 'approved'
  | 'pre-approved'
  | 'denied'
  | 'unchanged'

/** A person, or a program, that wants to see our presence. */
export interface SubscriptionRequest {
  jid: string
  message: string | null
  /** What they call themselves (XEP-0172). */
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

/** §3.1: asks to see their presence. With a message, asks again where an answer is still missing. */
export async function subscribe(
  stanzas: StanzaChannel,
  roster: RosterView,
  jid: string,
  message?: string,
): Promise<SubscriptionResult> {
  const before = roster.contact(jid)
  const asked = before?.pending === true && message === undefined
  if (seesThem(before) || asked) return result(jid, 'unchanged', before)
  await stanzas.sendConfirmed(buildSubscription('subscribe', jid, message))
  const after = await contactOnce(roster, jid, (now) => seesThem(now) || now?.pending === true)
  if (seesThem(after)) return result(jid, 'subscribed', after)
  if (after?.pending) return result(jid, 'requested', after)
  throw new Failure(
    'not-requested',
    `${jid} took no subscription request: there may be no such user`,
    EXIT.noUser,
    {stage: 'request'},
  )
}

/** §3.3: ends the subscription to their presence, or takes the request for it back. */
export async function unsubscribe(
  stanzas: StanzaChannel,
  self: OwnJid,
  jid: string,
): Promise<SubscriptionResult> {
  const roster = await trackRoster(stanzas, self)
  const before = roster.contact(jid)
  if (!seesThem(before) && !before?.pending) return result(jid, 'unchanged', before)
  const bounce = await sendPastBounce(stanzas, buildSubscription('unsubscribe', jid))
  const after = await contactOnce(roster, jid, (now) => !seesThem(now) && !now?.pending)
  if (seesThem(after) || after?.pending) throw bounce ?? notChanged(jid)
  return result(jid, 'unsubscribed', after)
}

/** §3.1.4: lets them see our presence; where they have not asked yet, in advance if the server can (§3.4). */
export async function approve(
  stanzas: StanzaChannel,
  self: OwnJid,
  jid: string,
): Promise<SubscriptionResult> {
  const roster = await trackRoster(stanzas, self)
  const before = roster.contact(jid)
  if (seesUs(before) || before?.approved) return result(jid, 'unchanged', before)
  const pushes = roster.pushes(jid)
  await stanzas.sendConfirmed(buildSubscription('subscribed', jid))
  const after = await contactOnce(roster, jid, (now) => seesUs(now) || roster.pushes(jid) > pushes)
  if (seesUs(after)) return result(jid, 'approved', after)
  // Not every server shows the approval in the roster, but none tells of a change where there was none.
  if (after && roster.pushes(jid) > pushes)
    return result(jid, 'pre-approved', {...after, approved: true})
  throw noRequest(
    jid,
    'The server does not support approval in advance. See xmpp presence requests',
  )
}

/**
 * §3.2: refuses their request, or ends the subscription they have. A request that waits is not in the roster
 * (§2.1.2.5): where that shows nothing to end, the requests are asked for.
 */
export async function deny(
  stanzas: StanzaChannel,
  self: OwnJid,
  jid: string,
): Promise<SubscriptionResult> {
  const roster = await trackRoster(stanzas, self)
  const before = roster.contact(jid)
  const isShown = seesUs(before) || before?.approved
  const hasAsked = isShown || (await getRequests(stanzas)).some((one) => matchesJid(one.jid, jid))
  const pushes = roster.pushes(jid)
  // Sent in any case: not every server shows in the roster what was approved in advance.
  const bounce = await sendPastBounce(stanzas, buildSubscription('unsubscribed', jid))
  const after = await contactOnce(roster, jid, (now) => !seesUs(now) && !now?.approved)
  if (seesUs(after) || after?.approved) throw bounce ?? notChanged(jid)
  if (hasAsked || roster.pushes(jid) > pushes) return result(jid, 'denied', after)
  throw noRequest(jid, 'Nothing was changed. See xmpp presence requests')
}

/**
 * §2.5: removes a contact from the roster, and what was asked in either direction: the server ends subscriptions
 * (§2.5.2), and not every server takes requests back as well.
 */
export async function removeContact(
  stanzas: StanzaChannel,
  roster: RosterView,
  contact: Contact,
): Promise<void> {
  const {jid, pending} = contact
  await Promise.all([
    pending && sendPastBounce(stanzas, buildSubscription('unsubscribe', jid)),
    !seesUs(contact) && sendPastBounce(stanzas, buildSubscription('unsubscribed', jid)),
    stanzas.set(buildRemoval(jid)),
  ])
  if (await contactOnce(roster, jid, (now) => now === undefined)) throw notChanged(jid)
}

/**
 * The requests that wait for an answer. Servers hand them out to a resource that becomes available (§3.1.3), some
 * only to one that takes messages: this one takes none that waits, so where it cannot say so it does with what
 * comes at priority -1.
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

/** The contact as a push has it, or as the server says when it is asked, since not every server tells of each change. */
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

/** A bounce says that they do not hear of it; what holds here is in the roster. */
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
    `The server took the request, but ${jid} is in the roster as before`,
    EXIT.unavailable,
    {stage: 'request', hint: 'The server may share this contact with all its accounts'},
  )
}

const seesThem = (contact: Contact | undefined): boolean =>
  contact?.subscription === 'to' || contact?.subscription === 'both'

const seesUs = (contact: Contact | undefined): boolean =>
  contact?.subscription === 'from' || contact?.subscription === 'both'

function result(
  jid: string,
  state: SubscriptionState,
  contact: Contact | undefined,
): SubscriptionResult {
  const {approved = false, pending = false, subscription = 'none'} = contact ?? {}
  return {jid, state, subscription, pending, approved}
}
