/** Contacts as a table. */
import type {ContactPresence} from '../protocol/probe.ts'
import type {Contact} from '../protocol/roster.ts'
import {renderTable, type Terminal} from './table.ts'

/** `presence` where it was asked for; null where we may not see it, or nobody tells. */
export type ListedContact = Contact & {presence?: ContactPresence | null}

export function renderRoster(contacts: ListedContact[], terminal: Terminal): Promise<string> {
  const head = ['JID', 'Name', 'Groups', 'Subscription', 'Pending']
  const rows = contacts.map(({groups, jid, name, pending, subscription}) => [
    jid,
    name ?? '',
    groups.join(', '),
    subscription,
    pending ? 'pending' : '',
  ])
  if (!contacts.some(({presence}) => presence !== undefined))
    return renderTable(head, rows, terminal)
  const presences = contacts.map(({presence}) => renderShow(presence ?? null))
  return renderTable(
    [...head, 'Presence', 'Status'],
    rows.map((row, index) => [...row, ...(presences[index] ?? [])]),
    terminal,
  )
}

/** How available, and in which words; nothing where we may not know. */
function renderShow(presence: ContactPresence | null): [show: string, status: string] {
  if (!presence) return ['', '']
  const [best] = presence.resources
  return best ? [best.show, best.status ?? ''] : ['offline', presence.last?.status ?? '']
}
