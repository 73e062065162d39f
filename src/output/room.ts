/** Rooms (XEP-0045) as text. */
import {bareJidOf} from '../jid.ts'
import type {DataForm} from '../protocol/core/data-form.ts'
import type {Affiliation, RoomMember} from '../protocol/muc/admin.ts'
import type {CreatedRoom} from '../protocol/muc/owner.ts'
import type {RoomInfo} from '../protocol/muc/room-info.ts'
import type {ListedRoom} from '../protocol/muc/service.ts'
import {renderForm} from './form.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import type {PromptWords} from './prompt.ts'
import {sanitizeLine} from './sanitize.ts'

/** Only the values that the room publishes. */
export function renderRoomInfo(info: RoomInfo, terminal: Terminal): Promise<string> {
  const rows: [name: string, value: string | number | boolean | null][] = [
    ['name', info.name],
    ['description', info.description],
    ['subject', info.subject],
    ['language', info.language],
    ['occupants', info.occupants],
    ['persistent', info.persistent],
    ['public', info.public],
    ['members only', info.membersOnly],
    ['moderated', info.moderated],
    ['password', info.passwordProtected],
    ['anonymity', info.anonymity],
    ['archived', info.archived],
    ...info.contacts.map((jid): [string, string] => ['contact', jid]),
  ]
  const shown = rows.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, textOf(value)]],
  )
  return renderTable(['Property', 'Value'], shown, terminal)
}

const textOf = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)

export function renderRooms(
  rooms: ListedRoom[],
  services: string[],
  terminal: Terminal,
): Promise<string> {
  const rows = rooms.map(({jid, name}) => [jid, name ?? ''])
  const empty = `No public rooms at ${services.map(sanitizeLine).join(', ')}`
  return renderTable(['Room', 'Name'], rows, terminal, empty)
}

export function renderMembers(members: RoomMember[], terminal: Terminal): Promise<string> {
  const rows = members.map(({affiliation, jid, nick, reason}) => [
    jid,
    affiliation,
    nick ?? '',
    reason ?? '',
  ])
  const empty = 'The room has no members with these affiliations'
  return renderTable(['JID', 'Affiliation', 'Nickname', 'Reason'], rows, terminal, empty)
}

/** The form to fill in, or a sentence after it was submitted. */
export async function renderConfiguration(
  room: string,
  {configured, form}: {configured: boolean; form: DataForm},
  terminal: Terminal,
): Promise<string> {
  if (configured) return `Configured ${sanitizeLine(room)}`
  return renderForm({...form, type: 'form', reported: [], items: []}, true, terminal)
}

export const renderHiddenLists = (affiliations: Affiliation[]): string =>
  `The room does not show these affiliations to this account: ${affiliations.join(', ')}`

export const renderCreated = (room: string): string => `Created ${sanitizeLine(room)}`

/** A room that a run has created to send to it, or to join it. @param jid of the room, or of an occupant */
export const renderNewRoom = (kind: CreatedRoom, jid: string | null): string =>
  `Created the ${kind} room ${bareJidOf(jid)}`

export const renderSubjectChange = (room: string, subject: string): string =>
  `${subject === '' ? 'Removed' : 'Set'} the subject of ${sanitizeLine(room)}`

export const renderInvited = ({jid}: {jid: string}): string => `Invited ${sanitizeLine(jid)}`

export const renderKicked = (room: string, nick: string): string =>
  `Removed ${sanitizeLine(nick)} from ${sanitizeLine(room)}`

export const destroyPrompt = (room: string): PromptWords => ({
  message: `Remove ${room} for all its users? (yes/no)`,
  valueName: 'The confirmation',
  instead: '--yes',
})

export const renderDestroyed = (room: string): string => `Removed ${sanitizeLine(room)}`
