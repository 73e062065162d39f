/** RFC 6121 §2: Managing the Roster <https://www.rfc-editor.org/rfc/rfc6121#section-2> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {checkText} from '../core/text.ts'

export const NS_ROSTER = 'jabber:iq:roster'

export interface Contact {
  /** Bare JID, as a rule. */
  jid: string
  name: string | null
  groups: string[]
  /** `to`: this account sees the presence of the contact; `from`: the contact sees the presence of this account. */
  subscription: Subscription
  /** This account has requested a subscription, and there is no reply yet. */
  pending: boolean
  /** A future subscription request of the contact is already approved (§3.4). */
  approved: boolean
}

export type Subscription = 'none' | 'to' | 'from' | 'both'

export interface Roster {
  /** Sorted by JID, by code unit, as `LC_ALL=C sort` does. */
  contacts: Contact[]
  /** §2.6: the version of the roster; null if the server does not support versions. */
  version: string | null
}

/** The values that a client can set; the others follow from subscriptions. */
export type ContactEdit = Pick<Contact, 'jid' | 'name' | 'groups'>

const SUBSCRIPTIONS: readonly string[] = ['none', 'to', 'from', 'both']

/** An empty `ver` requests the whole roster and its version; a server without versions ignores it (§2.6.2). */
export const buildRosterRequest = (version = ''): Element =>
  xml('query', {xmlns: NS_ROSTER, ver: version})

export function buildContact({groups, jid, name}: ContactEdit): Element {
  const children = groups.map((group) => xml('group', {}, checkText(group, 'The group')))
  const attributes = {jid, name: name ? checkText(name, 'The name') : undefined}
  return xml('query', {xmlns: NS_ROSTER}, xml('item', attributes, ...children))
}

export function buildRemoval(jid: string): Element {
  return xml('query', {xmlns: NS_ROSTER}, xml('item', {jid, subscription: 'remove'}))
}

export function parseContact(item: Element): Contact {
  const {approved, ask, jid = '', name, subscription} = item.attrs as Record<string, string>
  const groups = item.getChildren('group').map((group) => group.text())
  return {
    jid,
    name: name || null,
    groups: [...new Set(groups.filter(Boolean))].sort(), // a set: servers keep no order
    subscription: isSubscription(subscription) ? subscription : 'none',
    pending: ask === 'subscribe',
    approved: approved === 'true' || approved === '1',
  }
}

export const isSubscription = (value: unknown): value is Subscription =>
  SUBSCRIPTIONS.includes(value as string)

export function parseRoster(query: Element): Roster {
  const contacts = query
    .getChildren('item')
    .map(parseContact)
    .filter(({jid}) => jid !== '')
  return {contacts: sortContacts(contacts), version: (query.attrs.ver as string) || null}
}

/** The roster that an earlier run has saved; undefined if it is malformed. */
export function asRoster(value: unknown): Roster | undefined {
  const {contacts, version} = (value ?? {}) as Partial<Roster>
  if (!Array.isArray(contacts) || typeof version !== 'string') return undefined
  return contacts.every(isContact) ? {contacts, version} : undefined
}

function isContact(value: unknown): value is Contact {
  const {approved, groups, jid, name, pending, subscription} = (value ?? {}) as Partial<Contact>
  const isText = (text: unknown): boolean => typeof text === 'string'
  return (
    isText(jid) &&
    (name === null || isText(name)) &&
    Array.isArray(groups) &&
    groups.every(isText) &&
    isSubscription(subscription) &&
    typeof pending === 'boolean' &&
    typeof approved === 'boolean'
  )
}

export function sortContacts(contacts: Contact[]): Contact[] {
  return contacts.sort((a, b) => (a.jid < b.jid ? -1 : Number(a.jid > b.jid)))
}

export async function getRoster(iq: Iq): Promise<Roster> {
  const query = await iq.get(buildRosterRequest())
  return query ? parseRoster(query) : {contacts: [], version: null}
}

export async function setContact(iq: Iq, edit: ContactEdit): Promise<void> {
  await iq.set(buildContact(edit))
}
