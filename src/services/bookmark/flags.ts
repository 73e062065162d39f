/** The values of a bookmark, from the flags of `bookmark add`. */
import {Flags, type Interfaces} from '@oclif/core'
import {readRoomPassword, roomPasswordFlags} from '../../cli/room-flags.ts'
import type {BookmarkChange} from '../../protocol/bookmark/bookmark.ts'
import {checkText} from '../../protocol/core/text.ts'
import {occupantIn} from '../../protocol/muc/room.ts'

export const bookmarkFlags = {
  name: Flags.string({summary: 'name of the bookmark; "" removes it', helpValue: 'TEXT'}),
  nick: Flags.string({summary: 'nickname in the room; "" removes it', helpValue: 'NAME'}),
  autojoin: Flags.boolean({
    summary: 'clients enter the room when they start; --no-autojoin: they do not (default)',
    allowNo: true,
  }),
  ...roomPasswordFlags(),
  'make-private': Flags.boolean({
    summary: 'make the bookmarks private if others can read them',
  }),
}

/** Checked before the program connects. */
export async function readBookmark(
  room: string,
  flags: Interfaces.InferredFlags<typeof bookmarkFlags>,
  signal: AbortSignal,
): Promise<BookmarkChange> {
  const {autojoin, name, nick} = flags
  if (nick) occupantIn(room, nick)
  const password = await readRoomPassword(flags, process.env, signal)
  return {
    ...(autojoin !== undefined && {autojoin}),
    ...(name !== undefined && {name: checkText(name, 'The name') || null}),
    ...(nick !== undefined && {nick: nick || null}),
    ...(password !== undefined && {password}),
  }
}
