/** The room of a command, and the flags to join it. */
import {Args, Flags} from '@oclif/core'
import {unmarkText} from '../../cli/argv.ts'
import {defaultNick, nickFlag, readRoomPassword, roomPasswordFlags} from '../../cli/room-flags.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {checkText} from '../../protocol/core/text.ts'
import {occupantIn} from '../../protocol/muc/room.ts'
import type {Entry} from './occupant.ts'

export const roomArg = Args.string({
  required: true,
  description: 'address of the room',
  ignoreStdin: true,
})

/** Checked before the program connects. */
export const reasonFlag = Flags.custom<string>({
  helpValue: 'TEXT',
  parse: async (text) => checkText(unmarkText(text), 'The reason'),
})

/** For a command that enters the room. */
export const entryFlags = {
  nick: nickFlag(),
  ...roomPasswordFlags(),
}

/** Throws 65 for an address with a nickname, which is that of an occupant. */
export function roomJid(text: string): string {
  const {bare, resource} = parseJid(text)
  if (resource === undefined) return bare
  throw new Failure('not-a-room', `${text} is an occupant, not a room`, EXIT.data, {
    hint: `Write the room without a nickname: ${bare}`,
  })
}

type EntryFlags = {nick?: string | undefined} & Parameters<typeof readRoomPassword>[0]

/** Checks the nickname before the program connects. */
export async function readEntry(
  room: string,
  flags: EntryFlags,
  signal: AbortSignal,
): Promise<{nick?: string; password?: string | undefined}> {
  if (flags.nick !== undefined) occupantIn(room, flags.nick)
  const password = await readRoomPassword(flags, process.env, signal)
  return {...(flags.nick !== undefined && {nick: flags.nick}), password}
}

export const withNick = (
  entry: {nick?: string; password?: string | undefined},
  account: Parameters<typeof defaultNick>[0],
): Entry => ({nick: defaultNick(account), ...entry})
