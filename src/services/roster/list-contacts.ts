/** RFC 6121 §2.2: Retrieving the Roster <https://www.rfc-editor.org/rfc/rfc6121#section-2.2>, with the presence of the contacts */
import type {RosterCache} from '../../account/state/roster-cache.ts'
import {type ContactPresence, getPresences} from '../../protocol/presence/probe.ts'
import {type OwnJid, trackRoster} from '../../protocol/roster/live-roster.ts'
import {asRoster, type Contact, type Roster} from '../../protocol/roster/roster.ts'
import type {StanzaChannel} from '../../xml.ts'

interface ListOptions {
  cache: RosterCache
  /** The groups to list; undefined for all contacts. */
  groups: string[] | undefined
  online: boolean
}

/** With `online`, each contact has its presence: null if it is not visible, or if no server replied. */
export async function listContacts(
  {bound, stanzas}: {bound: OwnJid; stanzas: StanzaChannel},
  {cache, groups, online}: ListOptions,
): Promise<{
  contacts: (Contact & {presence?: ContactPresence | null})[]
  version: string | null
}> {
  const known = asRoster(await cache.load())
  const roster = (await trackRoster(stanzas, bound, known)).roster()
  if (roster.version && roster.version !== known?.version) await cache.save(roster)
  await cache.saveNames(roster.contacts.map(({jid}) => jid))
  const selected = inGroups(roster, groups)
  if (!online) return {...roster, contacts: selected}
  const presences = await getPresences(stanzas, selected)
  const contacts = selected.map((contact) => ({
    ...contact,
    presence: presences.get(contact.jid) ?? null,
  }))
  return {...roster, contacts}
}

function inGroups({contacts}: Roster, groups: string[] | undefined): Contact[] {
  if (groups === undefined) return contacts
  return contacts.filter((contact) => groups.some((group) => contact.groups.includes(group)))
}
