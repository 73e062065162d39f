/** RFC 6121 §2.1.6: Roster Push <https://www.rfc-editor.org/rfc/rfc6121#section-2.1.6>, applied to the roster */
import type {Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {preparedJid} from '../../jid-comparison.ts'
import type {Element, StanzaChannel} from '../../xml.ts'
import {buildPing} from '../core/ping.ts'
import {
  buildRosterRequest,
  type Contact,
  NS_ROSTER,
  parseContact,
  parseRoster,
  type Roster,
  sortContacts,
} from './roster.ts'

export interface RosterView {
  /** Finds a contact by its JID as given, or as servers prepare it. */
  contact(jid: string): Contact | undefined
  /** The number of roster pushes for the contact. */
  pushes(jid: string): number
  /** The present state. */
  roster(): Roster
  /** Requests the roster again, since not every server sends a push for each change. Concurrent calls share a request. */
  refresh(): Promise<void>
}

/** The JID of the session, once it is bound. */
export type OwnJid = Promise<{jid: string}>

/**
 * Requests the roster and applies the pushes that follow, which show the effect of a request. If the server still has the
 * version of `known`, it sends only the later changes, as pushes (§2.6.3).
 */
export async function trackRoster(
  stanzas: StanzaChannel,
  self: OwnJid,
  known?: Roster,
): Promise<RosterView> {
  let own: string | undefined
  self.then(
    ({jid}) => {
      own = bareJidOf(jid)
    },
    () => {}, // then the roster request fails too
  )
  let contacts = byJid(known)
  let version = known?.version ?? null
  const pushes = new Map<string, number>()
  stanzas.iqCallee.set(NS_ROSTER, 'query', ({element, stanza}) => {
    const item = pushedItem(stanza, own)
    if (!item) return undefined
    const jid = apply(contacts, item)
    pushes.set(jid, (pushes.get(jid) ?? 0) + 1)
    version = (element.attrs.ver as string) || version
    return true
  })
  const load = async (): Promise<void> => {
    const answer = stanzas.get(buildRosterRequest(version ?? ''))
    // The pushes follow the reply, so the reply to a later request follows the pushes.
    const [query] = await Promise.all([answer, version !== null && fence(stanzas)])
    if (!query) return
    const roster = parseRoster(query)
    contacts = byJid(roster)
    version = roster.version
  }
  await load()
  return {
    contact: (jid) => contacts.get(jid) ?? contacts.get(preparedJid(jid)),
    pushes: (jid) => pushes.get(jid) ?? pushes.get(preparedJid(jid)) ?? 0,
    roster: () => ({contacts: sortContacts([...contacts.values()]), version}),
    refresh: coalesced(load),
  }
}

/** Calls that arrive before `load` starts share one run of it; runs do not overlap. */
function coalesced(load: () => Promise<void>): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  let next: Promise<void> | undefined
  const begin = (): Promise<void> => {
    next = undefined
    return load()
  }
  return () => {
    next ??= last.then(begin, begin)
    last = next
    return next
  }
}

const byJid = (roster: Roster | undefined): Map<string, Contact> =>
  new Map(roster?.contacts.map((contact) => [contact.jid, contact]))

/** Pings the own account; an error reply is as good as a result. */
async function fence(stanzas: StanzaChannel): Promise<void> {
  await stanzas.get(buildPing()).catch((error: Failure) => {
    if (!error.condition) throw error
  })
}

/** Any entity can send an IQ: only a request of the own account or its server is a roster push (§2.1.6). */
export function pushedItem(request: Element, own: string | undefined): Element | undefined {
  const {from, type} = request.attrs as Record<string, string | undefined>
  if (type !== 'set' || (from !== undefined && from !== own)) return undefined
  const items = request.getChild('query', NS_ROSTER)?.getChildren('item') ?? []
  return items.length === 1 && items[0]?.attrs.jid ? items[0] : undefined
}

function apply(contacts: Map<string, Contact>, item: Element): string {
  const contact = parseContact(item)
  if (item.attrs.subscription === 'remove') contacts.delete(contact.jid)
  else contacts.set(contact.jid, contact)
  return contact.jid
}
