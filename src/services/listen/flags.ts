/** What `listen` can be told: what to hear, from when on, and what to do with it. */
import {Flags, type Interfaces} from '@oclif/core'
import {readRoomPassword, roomPasswordFlags} from '../../cli/room-password-flags.ts'
import {parseDateTime} from '../../date-time.ts'
import {parseDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJid, type Jid, parseJid} from '../../jid.ts'

export const EVENT_KINDS = [
  'message',
  'receipt',
  'marker',
  'presence',
  'subscription',
  'chat-state',
  'subject',
  'invitation',
  'error',
] as const

const MESSAGE_TYPES = ['chat', 'normal', 'groupchat', 'headline'] as const

const several = {multiple: true, multipleNonGreedy: true} as const
const filters = {helpGroup: 'EVENT'}
const sessionFlags = {helpGroup: 'PRESENCE'}
const execFlags = {helpGroup: 'COMMAND'}

export const listenFlags = {
  count: Flags.integer({
    ...filters,
    summary:
      'end after so many messages; with --include or --exclude, after so many events printed',
    min: 1,
    helpValue: 'N',
  }),
  from: Flags.string({
    ...filters,
    ...several,
    summary: 'only from this JID; may be given again',
    helpValue: 'JID',
  }),
  type: Flags.option({options: MESSAGE_TYPES, ...several})({
    ...filters,
    summary: `only of this type; may be given again: ${MESSAGE_TYPES.join(', ')}`,
    helpValue: 'TYPE',
  }),
  match: Flags.string({
    ...filters,
    summary: 'only messages whose text matches this regular expression',
    helpValue: 'REGEX',
  }),
  include: Flags.option({options: EVENT_KINDS, ...several})({
    ...filters,
    summary: `only events of this kind; may be given again: ${EVENT_KINDS.join(', ')}`,
    helpValue: 'KIND',
    exclusive: ['exclude'],
  }),
  exclude: Flags.option({options: EVENT_KINDS, ...several})({
    ...filters,
    summary: 'no events of this kind; may be given again',
    helpValue: 'KIND',
  }),
  since: Flags.string({
    ...filters,
    summary: 'first what the archive has since then: a date, or a duration such as 2h',
    helpValue: 'TIME',
  }),
  carbons: Flags.boolean({
    ...filters,
    summary: 'also what other clients of the account send and receive',
  }),
  room: Flags.string({
    ...filters,
    ...several,
    summary: 'enter this room and hear it; may be given again; put out of all, the run has failed',
    helpValue: 'JID',
  }),
  nick: Flags.string({
    ...sessionFlags,
    summary: 'nickname in rooms; default: the local part of the JID',
    helpValue: 'NICK',
    dependsOn: ['room'],
  }),
  ...roomPasswordFlags(sessionFlags.helpGroup),
  priority: Flags.integer({
    ...sessionFlags,
    summary: '-128 to 127; the highest gets messages, none below 0 does',
    min: -128,
    max: 127,
    helpValue: 'N',
  }),
  status: Flags.string({
    ...sessionFlags,
    summary: 'what contacts read beside our name',
    helpValue: 'TEXT',
  }),
  displayed: Flags.boolean({
    ...sessionFlags,
    summary: 'tell senders who ask that their message was displayed, if it was printed',
    exclusive: ['no-reply'],
  }),
  'no-reply': Flags.boolean({
    ...sessionFlags,
    summary: 'tell nobody anything: no receipts, no version',
  }),
  'accept-subscriptions': Flags.string({
    ...sessionFlags,
    ...several,
    summary: 'let this JID see our presence when it asks; "all" for everybody',
    helpValue: 'JID|all',
  }),
  exec: Flags.string({
    ...execFlags,
    summary: 'shell command for each event: JSON on stdin, fields as XMPP_FROM, XMPP_BODY, ...',
    helpValue: 'COMMAND',
  }),
  reply: Flags.boolean({
    ...execFlags,
    summary: 'send what the command prints back to the sender, in parts where it is too large',
    dependsOn: ['exec'],
  }),
  jobs: Flags.integer({
    ...execFlags,
    summary: 'commands that may run at once; default: 1',
    min: 1,
    helpValue: 'N',
    dependsOn: ['exec'],
  }),
  'exec-fail': Flags.option({options: ['continue', 'stop'] as const})({
    ...execFlags,
    summary: 'what to do when a command fails; default: continue',
    helpValue: 'continue|stop',
    dependsOn: ['exec'],
  }),
}

type ListenFlags = Interfaces.InferredFlags<typeof listenFlags>

/** What the flags come to, for an account. */
export async function readListenOptions(
  flags: ListenFlags,
  {bare, local}: Jid,
  signal: AbortSignal,
) {
  const excluded: readonly string[] = flags.exclude ?? []
  const nick = flags.nick ?? local ?? 'xmpp-cli'
  const password = flags.room && (await readRoomPassword(flags, process.env, signal))
  return {
    filter: {
      from: flags.from?.map((jid) => parseJid(jid).full),
      kinds: flags.include ?? EVENT_KINDS.filter((kind) => !excluded.includes(kind)),
      match: flags.match === undefined ? undefined : parseMatch(flags.match),
      types: flags.type,
    },
    following: {
      own: bare,
      carbons: flags.carbons,
      rooms: (flags.room ?? []).map((jid) => ({room: bareJid(jid), nick, password})),
      since: flags.since === undefined ? undefined : parseSince(flags.since),
    },
    manners: {
      own: bare,
      silent: flags['no-reply'],
      displayed: flags.displayed,
      accepted: parseAccepted(flags['accept-subscriptions']),
    },
  }
}

/** RFC 3339 in UTC, of a date or of how long ago it was. */
function parseSince(text: string): string {
  const isDate = /^\d{4}-/.test(text)
  try {
    const time = isDate
      ? parseDateTime(text)
      : new Date(Date.now() - parseDuration(text)).toISOString()
    if (time !== undefined) return time
    throw new RangeError('there is no such time')
  } catch (cause) {
    throw new Failure('bad-time', `${JSON.stringify(text)} is not a time`, EXIT.usage, {
      hint: 'Write 2026-11-20 or 2026-11-20T08:00 (UTC), 2026-11-20T08:00:00+01:00, or a duration such as 2h for two hours ago',
      cause,
    })
  }
}

function parseMatch(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch (cause) {
    throw new Failure('bad-regex', `--match: ${(cause as Error).message}`, EXIT.usage, {cause})
  }
}

/** Bare JIDs, or everybody. */
const parseAccepted = (jids: string[] = []): string[] | 'all' =>
  jids.includes('all') ? 'all' : jids.map(bareJid)
