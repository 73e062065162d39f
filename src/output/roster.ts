/** Contacts as a table. */
import type {ContactPresence} from '../protocol/presence/probe.ts'
import type {Contact} from '../protocol/roster/roster.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

/** `presence` only on request; null when this account may not see it, or the server did not answer. */
export type ListedContact = Contact & {presence?: ContactPresence | null}

/** @param groups the groups that were asked for */
export function renderRoster(
  contacts: ListedContact[],
  terminal: Terminal,
  groups: string[] = [],
): Promise<string> {
  const head = ['JID', 'Name', 'Groups', 'Subscription', 'Request']
  const rows = contacts.map((contact) => [
    contact.jid,
    contact.name ?? '',
    contact.groups.join(', '),
    contact.subscription,
    requestsOf(contact).join(', '),
  ])
  if (!contacts.some(({presence}) => presence !== undefined))
    return renderTable(head, rows, terminal, noContacts(groups))
  const presences = contacts.map(({presence}) => renderShow(presence ?? null))
  return renderTable(
    [...head, 'Presence', 'Status'],
    rows.map((row, index) => [...row, ...(presences[index] ?? [])]),
    terminal,
  )
}

function noContacts([first, ...rest]: string[]): string {
  if (first === undefined) return 'No contacts. Add one with: xmpp roster add JID'
  const names = [first, ...rest].map(sanitizeLine).join(', ')
  return `No contacts in the ${rest.length > 0 ? 'groups' : 'group'} ${names}`
}

/** `pending`: a request of this account without an answer; `approved`: a request of the contact, approved in advance. */
export function requestsOf({approved, pending, subscription}: Contact): string[] {
  const isVisible = subscription === 'from' || subscription === 'both'
  return [...(pending ? ['pending'] : []), ...(approved && !isVisible ? ['approved'] : [])]
}

/** The cells `Presence` and `Status`; empty when the presence is not known. */
function renderShow(presence: ContactPresence | null): [show: string, status: string] {
  if (!presence) return ['', '']
  const [best] = presence.resources
  return best ? [best.show, best.status ?? ''] : ['offline', presence.last?.status ?? '']
}
