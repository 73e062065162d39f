/** XEP-0045 §9.5: the affiliations of a room that this account may see. */
import {Failure} from '../../errors.ts'
import {type Affiliation, getMembers, type RoomMember} from '../../protocol/muc/admin.ts'
import {getRoomInfo} from '../../protocol/muc/room.ts'
import type {Iq} from '../../xml.ts'

export interface VisibleMembers {
  members: RoomMember[]
  /** The affiliations whose JIDs the room does not show to this account. */
  hidden: Affiliation[]
}

/** Throws `not-room-admin` (77) if the room shows none of these affiliations. */
export async function listMembers(
  iq: Iq,
  room: string,
  affiliations: readonly Affiliation[],
): Promise<VisibleMembers> {
  await getRoomInfo(iq, room)
  const lists = await Promise.all(
    affiliations.map(async (affiliation) => {
      try {
        return {affiliation, members: await getMembers(iq, room, affiliation)}
      } catch (error) {
        if (error instanceof Failure && error.code === 'not-room-admin') return {affiliation, error}
        throw error
      }
    }),
  )
  const [first] = lists
  if (first?.error && lists.every(({error}) => error)) throw first.error
  return {
    members: lists.flatMap(({members}) => members ?? []),
    hidden: lists.filter(({error}) => error).map(({affiliation}) => affiliation),
  }
}
