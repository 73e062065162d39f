/** How to enter a room: nickname and password (XEP-0045 §7.2). */
import {Flags} from '@oclif/core'
import {readPasswordLine} from '../account/config/user-file.ts'
import {EXIT, Failure} from '../errors.ts'

interface FlagOptions {
  helpGroup?: string
  /** For a command with a --room flag. */
  dependsOn?: string[]
  relationships?: {type: 'some'; flags: string[]}[]
}

export const nickFlag = (options: FlagOptions = {}) =>
  Flags.string({
    ...options,
    summary: 'nickname in the room; default: the local part of the JID',
    helpValue: 'NAME',
  })

/** The nickname of an account without --nick. */
export const defaultNick = ({domain, local}: {domain: string; local?: string}): string =>
  local ?? domain

/** All users of the machine can see a flag, but not a file or a variable. */
export const roomPasswordFlags = (options: FlagOptions = {}) => ({
  'room-password': Flags.string({
    ...options,
    summary: 'password of the room; ps shows it, so prefer a file or XMPP_ROOM_PASSWORD',
    helpValue: 'WORD',
  }),
  'room-password-file': Flags.string({
    ...options,
    summary: 'file whose first line is the password of the room',
    helpValue: 'FILE',
    exclusive: ['room-password'],
  }),
})

interface RoomPasswordFlags {
  'room-password'?: string | undefined
  'room-password-file'?: string | undefined
}

/** Throws 78 for a file that cannot be read, or that other users can read. */
export async function readRoomPassword(
  flags: RoomPasswordFlags,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string | undefined> {
  const file = flags['room-password-file']
  if (file !== undefined)
    return readPasswordLine(file, 'the room password file', refuseStdin, signal)
  return flags['room-password'] ?? (env.XMPP_ROOM_PASSWORD || undefined)
}

async function refuseStdin(): Promise<never> {
  throw new Failure('usage', '--room-password-file does not read standard input', EXIT.usage)
}
