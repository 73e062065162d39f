/** RFC 6121 §2.3 and §2.4: adds or changes a contact; both are the same request */
import type {Iq} from '../../xml.ts'
import type {RosterView} from './live-roster.ts'
import {type Contact, type ContactEdit, setContact} from './roster.ts'

/** An absent value does not change; a name of null, or an empty list of groups, removes the present value. */
export interface ContactChange {
  jid: string
  name?: string | null | undefined
  groups?: string[] | undefined
}

export type UpsertState = 'added' | 'edited' | 'unchanged'

/** The contact after the change, and the kind of change. */
export type UpsertResult = Contact & {state: UpsertState}

/** Sends only the values that differ from the roster. */
export async function upsertContact(
  iq: Iq,
  roster: RosterView,
  change: ContactChange,
): Promise<UpsertResult> {
  const before = roster.contact(change.jid)
  const edit: ContactEdit = {
    jid: change.jid,
    // The name is an attribute, in which XML turns line breaks and tabs into spaces.
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
