/** The flags of `listen`: the selection of events, the start time, and the actions for events. */
import {Flags, type Interfaces} from '@oclif/core'
import {parseFlag} from '../../cli/parse-flag.ts'
import {nickFlag, readRoomPassword, roomPasswordFlags} from '../../cli/room-flags.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid, type Jid, parseJid} from '../../jid.ts'
import {checkFolder} from '../download/new-file.ts'
import {checkShell} from '../process/process-group.ts'
import {readCommands} from '../serve/directory.ts'
import {parseByteCount} from '../transfer/byte-count.ts'
import {parseMatch, parseTimeFlag} from './event-flags.ts'
import type {FileSaving} from './file-saver.ts'

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
    summary: 'end after N messages; with --include or --exclude, after N printed events',
    min: 1,
    helpValue: 'N',
  }),
  from: Flags.string({
    ...filters,
    ...several,
    summary: 'print only events from this JID; repeatable',
    helpValue: 'JID',
  }),
  type: Flags.option({options: MESSAGE_TYPES, ...several})({
    ...filters,
    summary: `print only messages of this type: ${MESSAGE_TYPES.join(', ')}; repeatable`,
    helpValue: 'TYPE',
  }),
  match: Flags.string({
    ...filters,
    summary: 'print only messages whose text matches this regular expression',
    helpValue: 'REGEX',
  }),
  include: Flags.option({options: EVENT_KINDS, ...several})({
    ...filters,
    summary: `print only events of this kind; repeatable: ${EVENT_KINDS.join(', ')}`,
    helpValue: 'KIND',
    exclusive: ['exclude'],
  }),
  exclude: Flags.option({options: EVENT_KINDS, ...several})({
    ...filters,
    summary: 'print no events of this kind; repeatable',
    helpValue: 'KIND',
  }),
  since: Flags.string({
    ...filters,
    summary: 'first print the archived messages since this date, or for this duration (2h)',
    helpValue: 'TIME',
  }),
  carbons: Flags.boolean({
    ...filters,
    summary: 'also print what other clients of this account send and receive',
  }),
  format: Flags.string({
    ...filters,
    summary: 'print each event by this template, such as "{time} {from}: {body}"',
    description: unwrap`{NAME} is a field of the events of --json, such as {body}, {stanzaId} or {reply.id}; a field that an
event does not have is empty. {{ and }} are braces, \n is a line break, \t a tab and \\ a backslash. Control characters
of the network are made visible, and further lines of a text are indented.`,
    helpValue: 'TEMPLATE',
    exclusive: ['ids', 'json'],
  }),
  ids: Flags.boolean({
    ...filters,
    summary: 'print the ids of messages, for send --reply-to',
  }),
  room: Flags.string({
    ...filters,
    ...several,
    summary:
      'join this room and print its messages; repeatable; the run fails when no room is left',
    description: unwrap`When the account has left the last of its rooms, the command ends: with 77 after a kick or a
ban, 67 if the room was destroyed, 75 if the room was lost for another reason. With --retry it joins that room again.`,
    helpValue: 'JID',
  }),
  create: Flags.boolean({
    ...sessionFlags,
    summary: 'create a room of --room that does not exist, as a persistent room',
    dependsOn: ['room'],
  }),
  bookmarks: Flags.boolean({
    ...sessionFlags,
    summary:
      'also join the bookmarked rooms with autojoin; an event reports those that it cannot join',
  }),
  nick: nickFlag({
    ...sessionFlags,
    relationships: [{type: 'some', flags: ['room', 'bookmarks']}],
  }),
  ...roomPasswordFlags({...sessionFlags, dependsOn: ['room']}),
  priority: Flags.integer({
    ...sessionFlags,
    summary: '-128 to 127; the server delivers to the highest priority, never below 0',
    min: -128,
    max: 127,
    helpValue: 'N',
  }),
  status: Flags.string({
    ...sessionFlags,
    summary: 'status message that contacts see',
    helpValue: 'TEXT',
  }),
  displayed: Flags.boolean({
    ...sessionFlags,
    summary: 'send a displayed marker for each printed message that requests one',
    exclusive: ['no-reply'],
  }),
  'no-reply': Flags.boolean({
    ...sessionFlags,
    summary: 'send no receipts, and answer no version or other requests',
  }),
  'accept-subscriptions': Flags.string({
    ...sessionFlags,
    ...several,
    summary: 'approve presence requests from this JID; "all" approves every request',
    helpValue: 'JID|all',
  }),
  exec: Flags.string({
    ...execFlags,
    summary: 'shell command for each event: JSON on stdin, fields as XMPP_FROM, XMPP_BODY, ...',
    description: unwrap`A running command is stopped when the run ends. It does not receive password variables. If it calls
xmpp, store the account with xmpp login or set XMPP_PASSWORD_FILE.`,
    helpValue: 'COMMAND',
  }),
  reply: Flags.boolean({
    ...execFlags,
    summary: 'send the output of the command to the sender, in parts if it is too large',
    dependsOn: ['exec'],
  }),
  jobs: Flags.integer({
    ...execFlags,
    summary: 'number of commands that may run at the same time; default: 1',
    min: 1,
    helpValue: 'N',
    relationships: [{type: 'some', flags: ['exec', 'serve']}],
  }),
  'exec-fail': Flags.option({options: ['continue', 'stop'] as const})({
    ...execFlags,
    summary: 'what to do when a command fails; default: continue',
    helpValue: 'continue|stop',
    dependsOn: ['exec'],
  }),
  'save-files': Flags.string({
    ...execFlags,
    summary: 'save the files of printed messages in this directory; an event names each',
    description: unwrap`Each file of a printed message (XEP-0447, XEP-0066) is saved under a safe name, never in place of
another one, and compared with what its sender announced. A message is printed before its files are saved; an event of
kind file follows for each, with the path or the error. After a crash, a file that was not complete is not downloaded
again. Senders choose the web servers, which see the address of this machine; use --from to name the senders.`,
    helpValue: 'DIR',
  }),
  'max-file-size': Flags.string({
    ...execFlags,
    summary: 'largest file that --save-files saves; default: 100M',
    helpValue: 'BYTES',
    dependsOn: ['save-files'],
  }),
  serve: Flags.string({
    ...execFlags,
    summary: 'offer the programs in this directory as ad-hoc commands, to the JIDs in NAME.json',
    description: unwrap`Each executable file in the directory is an ad-hoc command. NAME.json beside it names the JIDs that
may run it ("allow"; by default, no JID may) and the fields of its form (schemas/served-command.json). The program receives
the values as JSON on stdin and as XMPP_FIELD_NAME, and the JID as XMPP_FROM. Its output is the result: a note, or a form for
a JSON object.`,
    helpValue: 'DIR',
    exclusive: ['no-reply'],
  }),
}

export type ListenFlags = Interfaces.InferredFlags<typeof listenFlags>

export type ListenOptions = Awaited<ReturnType<typeof readListenOptions>>

/** Checks the flags, and applies the defaults of the account. */
export async function readListenOptions(
  flags: ListenFlags,
  {bare, local}: Jid,
  signal: AbortSignal,
) {
  const excluded: readonly string[] = flags.exclude ?? []
  const {bookmarks, create} = flags
  const nick = flags.nick ?? local ?? 'xmpp-cli'
  if (flags.exec !== undefined) await checkShell()
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
      rooms: (flags.room ?? []).map((jid) => ({room: bareJid(jid), nick, password, create})),
      bookmarks: bookmarks ? {nick: flags.nick, defaultNick: nick} : undefined,
      since:
        flags.since === undefined ? undefined : parseFlag('--since', flags.since, parseTimeFlag),
    },
    saving: await readSaving(flags),
    served: flags.serve === undefined ? undefined : await readCommands(flags.serve, signal),
    policy: {
      own: bare,
      silent: flags['no-reply'],
      displayed: flags.displayed,
      accepted: parseAccepted(flags['accept-subscriptions']),
    },
  }
}

const MAX_FILE_BYTES = 100_000_000

async function readSaving(flags: ListenFlags): Promise<FileSaving | undefined> {
  const {'max-file-size': limit, 'save-files': folder} = flags
  if (folder === undefined) return undefined
  const maxBytes =
    limit === undefined ? MAX_FILE_BYTES : parseFlag('--max-file-size', limit, parseByteCount)
  await checkFolder(folder)
  return {folder, maxBytes}
}

const parseAccepted = (jids: string[] = []): string[] | 'all' =>
  jids.includes('all') ? 'all' : jids.map(bareJid)
