/** XEP-0402 §3.2: the bookmarked rooms that clients join when they start <https://xmpp.org/extensions/xep-0402.html#retrieving-bookmarks> */
import {sameJid} from '../../jid-comparison.ts'
import {getNick} from '../../protocol/roster/nick.ts'
import type {Iq} from '../../xml.ts'
import {mergeBookmarks, openStores} from '../bookmark/stores.ts'
import type {RoomEntry} from './room-joins.ts'

export interface BookmarkJoins {
  /** For all rooms, in place of the nickname in the bookmark. */
  nick: string | undefined
  /** If neither the bookmark nor the account has a nickname (XEP-0172). */
  defaultNick: string
}

interface NamedRooms {
  rooms: RoomEntry[]
  /** Undefined: bookmarks are not requested. */
  bookmarks: BookmarkJoins | undefined
}

/** The named rooms, and those with a bookmark for it, which the run can do without. */
export async function withBookmarks(iq: Iq, {bookmarks, rooms}: NamedRooms): Promise<RoomEntry[]> {
  if (!bookmarks) return rooms
  const [stores, ownNick] = await Promise.all([openStores(iq), bookmarks.nick ?? getNick(iq)])
  const isNamed = (room: string): boolean => rooms.some((entry) => sameJid(entry.room, room))
  const joined = mergeBookmarks(stores).filter(({autojoin, room}) => autojoin && !isNamed(room))
  const entries = joined.map(({nick, password, room}) => ({
    room,
    nick: bookmarks.nick ?? nick ?? ownNick ?? bookmarks.defaultNick,
    password: password ?? undefined,
    isOptional: true,
  }))
  return [...rooms, ...entries]
}
