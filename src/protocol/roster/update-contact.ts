/** RFC 6121 §2.3 and §2.4: adding a contact and changing it are one request, and which of them it was is worth knowing. */
import type {Iq} from '../../xml.ts'
import type {RosterView} from './live-roster.ts'
import {type Contact, type ContactEdit, setContact} from './roster.ts'

/** What is absent stays as it is; a name of null, or no groups, takes away what is there. */
export interface ContactChange {
  jid: string
  name?: string | null | undefined
  groups?: string[] | undefined
}

export type UpsertState = 'added' | 'edited' | 'unchanged'

/** The contact as it is now, and what became of the change. */
export type UpsertResult = Contact & {state: UpsertState}

/** Writes only what differs from the roster. */
export async function upsertContact(
  iq: Iq,
  roster: RosterView,
  change: ContactChange,
): Promise<UpsertResult> {
  const before = roster.contact(change.jid)
  const edit: ContactEdit = {
    jid: change.jid,
    // A server reads the name from an attribute, where XML makes spaces of line breaks and tabs.
    name:
      (change.name === undefined ? before?.name : change.name)?.replaceAll(/[\t\n\r]/g, ' ') ||
      null,
    groups: [...new Set(change.groups ?? before?.groups ?? [])].sort(),
  }
  if (before && isSame(before, edit)) return {...before, state: 'unchanged'}
  await setContact(iq, edit)
  const none = {subscription: 'none', pending: false, approved: false} as const
  return {...none, ...before, ...edit, state: before ? 'edited' : 'added'}
}

const isSame = (before: Contact, {groups, name}: ContactEdit): boolean =>
  before.name === name && JSON.stringify(before.groups) === JSON.stringify(groups)
