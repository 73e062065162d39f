/** XEP-0045 §6.4: Querying for Room Information <https://xmpp.org/extensions/xep-0045.html#disco-roominfo> */
import type {Element} from '../../xml.ts'
import {parseDiscoForms} from '../core/disco-forms.ts'
import {parseInfo} from '../core/disco-info.ts'

/** A value that the room does not publish is null. */
export interface RoomInfo {
  name: string | null
  description: string | null
  /** Empty if the room publishes that it has no subject. */
  subject: string | null
  language: string | null
  occupants: number | null
  persistent: boolean | null
  /** Whether the service lists the room. */
  public: boolean | null
  membersOnly: boolean | null
  moderated: boolean | null
  passwordProtected: boolean | null
  /** Whether occupants see the JIDs of the others: all of them (nonanonymous), or only moderators (semianonymous). */
  anonymity: 'nonanonymous' | 'semianonymous' | null
  archived: boolean
  contacts: string[]
  features: string[]
}

const FORM_TYPE = 'http://jabber.org/protocol/muc#roominfo'
const MAM = /^urn:xmpp:mam:/

export function parseRoomInfo(query: Element): RoomInfo {
  const {features, identities} = parseInfo(query)
  const {fields = []} = parseDiscoForms(query).find(({type}) => type === FORM_TYPE) ?? {}
  const valuesOf = (name: string): string[] | undefined =>
    fields.find((field) => field.name === `muc#roominfo_${name}`)?.values
  const textOf = (name: string): string | null => valuesOf(name)?.join('\n') || null
  const either = (yes: string, no: string): boolean | null =>
    features.includes(yes) || (features.includes(no) ? false : null)
  const occupants = textOf('occupants')
  return {
    name: identities.find(({category}) => category === 'conference')?.name || null,
    description: textOf('description'),
    subject: valuesOf('subject')?.join('\n') ?? null,
    language: textOf('lang'),
    occupants: occupants !== null && /^\d{1,9}$/.test(occupants) ? Number(occupants) : null,
    persistent: either('muc_persistent', 'muc_temporary'),
    public: either('muc_public', 'muc_hidden'),
    membersOnly: either('muc_membersonly', 'muc_open'),
    moderated: either('muc_moderated', 'muc_unmoderated'),
    passwordProtected: either('muc_passwordprotected', 'muc_unsecured'),
    anonymity: features.includes('muc_nonanonymous')
      ? 'nonanonymous'
      : features.includes('muc_semianonymous')
        ? 'semianonymous'
        : null,
    archived: features.some((feature) => MAM.test(feature)),
    contacts: valuesOf('contactjid') ?? [],
    features,
  }
}
