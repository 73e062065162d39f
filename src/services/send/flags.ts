/** The arguments and flags of `send`: content, delivery and input of a message. */
import {Args, Flags, type Interfaces} from '@oclif/core'
import {nickFlag, readRoomPassword, roomPasswordFlags} from '../../cli/room-flags.ts'
import {unwrap} from '../../cli/unwrap.ts'
import type {MessageOptions} from './options.ts'

const message = {helpGroup: 'MESSAGE'}
const reference = {helpGroup: 'REFERENCE'}
const delivery = {helpGroup: 'DELIVERY'}
const room = {helpGroup: 'ROOM'}
const input = {helpGroup: 'INPUT'}

/** The flags for the content of a message. --raw excludes them, because its stanza is complete. */
const contentFlags = {
  message: Flags.string({
    ...message,
    char: 'm',
    summary: 'text of the message; then all arguments are recipients',
    helpValue: 'TEXT',
    exclusive: ['body-file'],
  }),
  'body-file': Flags.string({
    ...message,
    summary: 'read the text from this file, - for stdin',
    helpValue: 'FILE',
  }),
  subject: Flags.string({...message, summary: 'subject line', helpValue: 'TEXT'}),
  thread: Flags.string({...message, summary: 'id of the conversation', helpValue: 'ID'}),
  lang: Flags.string({...message, summary: 'language of the text, such as en', helpValue: 'TAG'}),
  oob: Flags.string({
    ...message,
    summary: 'URL of a file, which clients show; also the text if no text is given',
    helpValue: 'URL',
  }),
  attach: Flags.string({
    ...message,
    summary: 'upload this file and send it after the text, - for stdin; repeatable',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    exclusive: ['oob', 'react', 'replace', 'retract'],
  }),
  clean: Flags.boolean({
    ...message,
    summary: 'remove characters that XML forbids, instead of failing',
  }),
  'keep-ansi': Flags.boolean({
    ...message,
    summary: 'keep ANSI colour codes, which are removed by default',
  }),
  split: Flags.boolean({
    ...message,
    summary: 'send a text that is too large for the server in numbered parts',
  }),
  replace: Flags.string({
    ...reference,
    summary: 'correct the message with this id',
    helpValue: 'ID',
  }),
  'reply-to': Flags.string({
    ...reference,
    summary: 'reply to the message with this id',
    helpValue: 'ID',
  }),
  retract: Flags.string({
    ...reference,
    summary: 'retract the message with this id',
    helpValue: 'ID',
    exclusive: ['message', 'body-file', 'oob', 'replace', 'reply-to', 'subject'],
  }),
  react: Flags.string({
    ...reference,
    summary: 'react to the message --to-id; repeatable; "" removes all reactions',
    helpValue: 'EMOJI',
    multiple: true,
    multipleNonGreedy: true,
    dependsOn: ['to-id'],
    exclusive: ['message', 'body-file', 'oob', 'replace', 'reply-to', 'retract', 'subject'],
  }),
  'to-id': Flags.string({
    ...reference,
    summary: 'id of the message for --react',
    helpValue: 'ID',
    dependsOn: ['react'],
  }),
  type: Flags.string({
    ...delivery,
    summary: 'type of the message; default: chat',
    options: ['chat', 'normal', 'headline'],
  }),
  id: Flags.string({
    ...delivery,
    summary: 'id of the message; use the same id when you retry',
    helpValue: 'ID',
  }),
  'no-store': Flags.boolean({
    ...delivery,
    summary: 'ask servers not to store the message; offline recipients never receive it',
  }),
  'no-copy': Flags.boolean({
    ...delivery,
    summary: 'ask servers not to copy the message to other clients',
  }),
  room: Flags.boolean({
    ...room,
    summary: 'recipients are rooms, or ROOM/NICK for one occupant',
    exclusive: ['type'],
  }),
  nick: nickFlag({...room, dependsOn: ['room']}),
  ...roomPasswordFlags({...room, dependsOn: ['room']}),
  create: Flags.boolean({
    ...room,
    summary: 'create the room if it does not exist, as a persistent room',
    dependsOn: ['room'],
  }),
}

export const sendArgs = {
  to: Args.string({
    description: 'recipients, JIDs or aliases; and last the text, "-" for stdin',
    ignoreStdin: true,
    multiple: true,
  }),
}

export const sendFlags = {
  ...contentFlags,
  wait: Flags.string({
    ...delivery,
    summary: 'what counts as success; default: accepted by the server',
    options: ['accepted', 'delivered', 'displayed'],
  }),
  'dry-run': Flags.boolean({
    ...delivery,
    summary: 'print the XML that would be sent; do not connect',
    exclusive: ['attach'],
  }),
  batch: Flags.boolean({
    ...input,
    summary: 'read one message per line from stdin, {"to":"…","body":"…"}; flags are defaults',
    exclusive: ['message', 'body-file', 'id', 'attach'],
  }),
  lines: Flags.boolean({
    ...input,
    summary: 'with --batch: each line of stdin is the text of a message to the recipients',
    dependsOn: ['batch'],
  }),
  gather: Flags.string({
    ...input,
    summary: 'send lines that arrive within DURATION after each other as one message',
    description: unwrap`For a stream of lines, such as that of tail -f. A message ends when no line has arrived for
DURATION, when it has about 8 kB, or ten times DURATION after its first line. The result has the number of its first line,
and the number of lines. At the end of the input and at a signal, the last lines are sent.`,
    helpValue: 'DURATION',
    dependsOn: ['lines'],
  }),
  rate: Flags.string({
    ...input,
    summary: 'send at most this many messages per second; with --batch',
    helpValue: 'N/s',
    dependsOn: ['batch'],
  }),
  raw: Flags.boolean({
    ...input,
    summary: 'read one stanza as XML from stdin, with its recipient; print the reply to an iq',
    exclusive: ['batch', ...Object.keys(contentFlags)],
  }),
}

export type SendFlags = Interfaces.InferredFlags<typeof sendFlags>

/** The flags that are set, as message options, which are also the keys of a line of a batch. */
export async function readMessageOptions(
  flags: SendFlags,
  signal: AbortSignal,
): Promise<MessageOptions> {
  const {clean, create, id, lang, nick, oob, react, replace, retract, room, split} = flags
  const {subject, thread, type, wait} = flags
  const options: MessageOptions = {
    ...{clean, create, id, lang, nick, oob, react, replace, retract, room, split},
    ...{subject, thread, type, wait},
    keepAnsi: flags['keep-ansi'],
    noCopy: flags['no-copy'],
    noStore: flags['no-store'],
    replyTo: flags['reply-to'],
    roomPassword: flags.room ? await readRoomPassword(flags, process.env, signal) : undefined,
    toId: flags['to-id'],
  }
  // A batch copies the options for each line.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
