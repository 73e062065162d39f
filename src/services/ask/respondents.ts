/** The respondents, whose answers count: the users that were asked, and occupants of the rooms with the affiliation. */
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import type {MessageEvent} from '../../protocol/event/event.ts'
import {AFFILIATIONS, type Affiliation} from '../../protocol/muc/admin.ts'
import type {Occupants} from '../../protocol/muc/occupants.ts'

export interface Respondent {
  /** The same for all clients, nicknames and addresses of one user, as far as the account can see. */
  person: string
  /** The bare JID, or the occupant JID if the room does not show it. */
  from: string
  /** The printed name: the nickname in a room, else the JID. */
  name: string
}

export interface RespondentRules {
  /** Bare JIDs of users or of rooms. */
  asked: readonly string[]
  inRooms: boolean
  /** The lowest affiliation whose answers count; undefined for all occupants. */
  affiliation: Affiliation | undefined
}

/** From the highest. */
const RANKS: readonly string[] = AFFILIATIONS

/** Undefined if the sender was not asked. Private messages in a room are no answers. */
export function respondentOf(
  {from, nick, room, type}: MessageEvent,
  {affiliation, asked, inRooms}: RespondentRules,
  occupants: Occupants,
): Respondent | undefined {
  if (from === null) return undefined
  if (!inRooms) {
    const jid = asked.find((jid) => matchesJid(bareJidOf(from), jid))
    return room === null && type !== 'groupchat' && jid !== undefined
      ? {person: jid, from: jid, name: jid}
      : undefined
  }
  const occupant = occupants.get(from)
  if (type !== 'groupchat' || room === null || nick === null || !occupant) return undefined
  const rank = RANKS.indexOf(occupant.affiliation)
  const lowest = affiliation && RANKS.indexOf(affiliation)
  if (lowest !== undefined && (rank === -1 || rank > lowest)) return undefined
  const {jid, occupantId} = occupant
  const inRoom = occupantId === undefined ? from : `${room}\n${occupantId}`
  return {person: jid ?? inRoom, from: jid ?? from, name: nick}
}
