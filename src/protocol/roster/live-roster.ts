/** RFC 6121 §2.1.6: Roster Push <https://www.rfc-editor.org/rfc/rfc6121#section-2.1.6>; the roster, kept up to date. */
import type {Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {preparedJid} from '../../jid-comparison.ts'
import {type Element, type StanzaChannel, xml} from '../../xml.ts'
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
  /** By its address as it is, or as servers prepare it. */
  contact(jid: string): Contact | undefined
  /** How often the server told of a change of it. */
  pushes(jid: string): number
  /** As it is at present. */
  roster(): Roster
  /** Asks the server again, since not every server tells of each change. All that ask at once share a question. */
  refresh(): Promise<void>
}

/** Who the session is, once it is bound. */
export type OwnJid = Promise<{jid: string}>

/**
 * Asks for the roster and applies the pushes that follow, so that what a request did can be seen. A server that
 * finds `known` to be recent sends only what has changed since, as pushes (§2.6.3).
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
    () => {}, // then the roster does not come either
  )
  let contacts = byJid(known)
  let version = known?.version ?? null
  const pushes = new Map<string, number>()
  stanzas.handleIq('query', NS_ROSTER, (request) => {
    const item = pushedItem(request, own)
    if (!item) return undefined
    const jid = apply(contacts, item)
    pushes.set(jid, (pushes.get(jid) ?? 0) + 1)
    version = (request.getChild('query', NS_ROSTER)?.attrs.ver as string) || version
    return xml('iq', {type: 'result', id: request.attrs.id, to: request.attrs.from})
  })
  const load = async (): Promise<void> => {
    const answer = stanzas.get(buildRosterRequest(version ?? ''))
    // Pushes come behind the answer: an answer to a later question comes behind them.
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
    refresh: oneAfterAnother(load),
  }
}

/** Calls it once for all that ask until it begins, and never twice at a time. */
function oneAfterAnother(load: () => Promise<void>): () => Promise<void> {
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

/** To our own account; a refusal comes back as well. */
async function fence(stanzas: StanzaChannel): Promise<void> {
  await stanzas.get(buildPing()).catch((error: Failure) => {
    if (!error.condition) throw error
  })
}

/** Anyone can send an iq: only our own server, speaking for our account, may change the roster. */
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
