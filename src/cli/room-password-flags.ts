/** XEP-0045 §7.2.6: what opens a room. Its flag is seen by all users of the machine; a file and a variable are not. */
import {Flags} from '@oclif/core'
import {readPasswordLine} from '../account/config/user-file.ts'
import {EXIT, Failure} from '../errors.ts'

export const roomPasswordFlags = (helpGroup: string) => ({
  'room-password': Flags.string({
    helpGroup,
    summary: 'password of the room; ps shows it, so prefer a file or XMPP_ROOM_PASSWORD',
    helpValue: 'WORD',
    dependsOn: ['room'],
  }),
  'room-password-file': Flags.string({
    helpGroup,
    summary: 'file whose first line is the password of the room',
    helpValue: 'FILE',
    dependsOn: ['room'],
    exclusive: ['room-password'],
  }),
})

interface RoomPasswordFlags {
  'room-password'?: string | undefined
  'room-password-file'?: string | undefined
}

/** Throws 78 for a file that cannot be read, or that others can read. */
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
  throw new Failure('usage', '--room-password-file reads no standard input', EXIT.usage)
}
