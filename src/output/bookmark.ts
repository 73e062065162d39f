/** Bookmarks of rooms, and changes to them. */
import type {Bookmark} from '../protocol/bookmark/bookmark.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

export function renderBookmarks(
  bookmarks: Omit<Bookmark, 'password'>[],
  terminal: Terminal,
): Promise<string> {
  const rows = bookmarks.map(({autojoin, name, nick, room}) => [
    room,
    name ?? '',
    nick ?? '',
    autojoin ? 'yes' : 'no',
  ])
  const empty = 'No bookmarks. Add one with: xmpp bookmark add ROOM'
  return renderTable(['Room', 'Name', 'Nickname', 'Autojoin'], rows, terminal, empty)
}

const WORDS = {added: 'Added', edited: 'Edited', unchanged: 'Unchanged:', removed: 'Removed'}

export const renderBookmarkChange = (room: string, state: keyof typeof WORDS): string =>
  `${WORDS[state]} ${sanitizeLine(room)}`
