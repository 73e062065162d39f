/** Presence and requests for it, as tables and lines. */
import type {CreatedRoom} from '../protocol/muc/owner.ts'
import type {Presence} from '../protocol/presence/presence.ts'
import type {ContactPresence} from '../protocol/presence/probe.ts'
import type {SubscriptionRequest} from '../protocol/presence/subscription.ts'
import {localTime} from './layout/local-time.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

export function renderContactPresence(
  {jid, last, resources}: ContactPresence,
  terminal: Terminal,
): Promise<string> {
  const timeOf = (since: string | null | undefined): string =>
    since && terminal.isTTY ? localTime(since, terminal) : (since ?? '')
  const rows = resources.map(({jid, priority, show, since, status}) => [
    jid,
    show,
    String(priority),
    timeOf(since),
    status ?? '',
  ])
  const offline = [jid, 'offline', '', timeOf(last?.since), last?.status ?? '']
  return renderTable(
    ['JID', 'Show', 'Priority', 'Since', 'Status'],
    rows.length > 0 ? rows : [offline],
    terminal,
  )
}

/** The presence that `presence set` has sent. */
export interface SetPresence {
  show: string
  status: string | null
  statuses: Record<string, string>
  priority: number
  /** Null: all subscribed contacts. */
  to: string | null
  /** Present if the run has created the room. */
  roomCreated?: CreatedRoom
}

export function renderSetPresence({show, status, to}: SetPresence): string {
  const whom = to === null ? 'Contacts see' : `${sanitizeLine(to)} sees`
  return `${whom} this account as ${show}${status ? ` (${sanitizeLine(status)})` : ''}`
}

/** One change, on one line. */
export function renderPresence({jid, show, status}: Presence): string {
  return `${sanitizeLine(jid)} is ${show}${status ? ` (${sanitizeLine(status)})` : ''}`
}

export function renderRequests(
  requests: SubscriptionRequest[],
  terminal: Terminal,
): Promise<string> {
  const rows = requests.map(({jid, message, nick}) => [jid, nick ?? '', message ?? ''])
  return renderTable(['JID', 'Nick', 'Message'], rows, terminal, 'No pending requests')
}
