/** The flags of `presence set`. */
import {Flags, type Interfaces} from '@oclif/core'
import {parseFlag} from '../../cli/parse-flag.ts'
import {parseDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {buildPresence, SHOWS} from '../../protocol/presence/presence.ts'
import {parseLangTexts} from './lang-text.ts'

/** The value of --hold without a duration. */
export const FOREVER = 'forever'

export const setPresenceFlags = {
  show: Flags.option({options: SHOWS, default: 'online' as const})({
    summary: 'how available',
    helpValue: SHOWS.join('|'),
  }),
  status: Flags.string({summary: 'status message', helpValue: 'TEXT'}),
  'status-in': Flags.string({
    summary: 'status message in a language, such as de=Mittagspause; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'LANG=TEXT',
  }),
  priority: Flags.integer({
    summary: '-128 to 127; below 0 the session receives no messages; default: -1',
    default: -1,
    min: -128,
    max: 127,
    helpValue: 'N',
  }),
  to: Flags.string({
    summary: 'send the presence only to this JID; for a room use ROOM/NICK',
    helpValue: 'JID',
  }),
  create: Flags.boolean({
    summary: 'create the room of --to if it does not exist, as a persistent room',
    dependsOn: ['to'],
  }),
  'photo-hash': Flags.string({
    summary: 'SHA-1 of the avatar of this account, for old clients (XEP-0153)',
    helpValue: 'HEX',
  }),
  hold: Flags.string({
    summary: 'keep the session open for DURATION; default: until interrupted',
    helpValue: '[DURATION]',
  }),
  farewell: Flags.string({
    summary: 'status sent with the final unavailable presence when --hold ends',
    helpValue: 'TEXT',
  }),
}

export type SetPresenceFlags = Interfaces.InferredFlags<typeof setPresenceFlags>

/** The presence that the flags describe. Throws 2 or 65 for values that cannot be sent. */
export function readPresence(flags: SetPresenceFlags) {
  const {farewell, hold, 'photo-hash': photoHash, priority, show, status} = flags
  if (farewell !== undefined && hold === undefined)
    throw new Failure('usage', '--farewell needs --hold', EXIT.usage)
  const to = flags.to === undefined ? undefined : parseJid(flags.to).full
  const statuses = parseLangTexts(flags['status-in'])
  const presence = {show, status, statuses, priority, to, photoHash}
  buildPresence(presence) // finds invalid values before the program connects
  return presence
}

/** In milliseconds; infinite for --hold without a duration. */
export const readHold = (hold: string): number =>
  hold === FOREVER ? Number.POSITIVE_INFINITY : parseFlag('--hold', hold, parseDuration)
