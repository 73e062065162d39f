/** The flags of `send`: what a message says, how it goes there, and what counts as success. */
import {Flags, type Interfaces} from '@oclif/core'
import {readRoomPassword, roomPasswordFlags} from '../../cli/room-password-flags.ts'

const message = {helpGroup: 'MESSAGE'}
const about = {helpGroup: 'REFERENCE'}
const delivery = {helpGroup: 'DELIVERY'}
const room = {helpGroup: 'ROOM'}
const input = {helpGroup: 'INPUT'}

/** All that makes a message what it is: a stanza that is there already has it, or has it not. */
const composing = {
  'body-file': Flags.string({
    ...message,
    summary: 'the text is in this file, - for stdin',
    helpValue: 'FILE',
  }),
  subject: Flags.string({...message, summary: 'subject line', helpValue: 'TEXT'}),
  thread: Flags.string({...message, summary: 'conversation that it belongs to', helpValue: 'ID'}),
  lang: Flags.string({...message, summary: 'language of the text, such as en', helpValue: 'TAG'}),
  oob: Flags.string({
    ...message,
    summary: 'link to a file, which clients show; is the text if there is none',
    helpValue: 'URL',
  }),
  clean: Flags.boolean({
    ...message,
    summary: 'take out characters that XML forbids, instead of failing',
  }),
  'keep-ansi': Flags.boolean({
    ...message,
    summary: 'show ANSI colour codes, instead of taking them out',
  }),
  split: Flags.boolean({
    ...message,
    summary: 'send a text that is too large for the server in numbered parts',
  }),
  replace: Flags.string({
    ...about,
    summary: 'corrects the message with this id',
    helpValue: 'ID',
  }),
  'reply-to': Flags.string({
    ...about,
    summary: 'answers the message with this id',
    helpValue: 'ID',
  }),
  retract: Flags.string({
    ...about,
    summary: 'takes back the message with this id',
    helpValue: 'ID',
    exclusive: ['body-file', 'oob', 'replace', 'reply-to', 'subject'],
  }),
  react: Flags.string({
    ...about,
    summary: 'reacts to the message --to-id; may be given again; "" takes all back',
    helpValue: 'EMOJI',
    multiple: true,
    multipleNonGreedy: true,
    dependsOn: ['to-id'],
    exclusive: ['body-file', 'oob', 'replace', 'reply-to', 'retract', 'subject'],
  }),
  'to-id': Flags.string({
    ...about,
    summary: 'the message that --react is about',
    helpValue: 'ID',
    dependsOn: ['react'],
  }),
  type: Flags.string({
    ...delivery,
    summary: 'kind of message; default: chat',
    options: ['chat', 'normal', 'headline'],
  }),
  id: Flags.string({
    ...delivery,
    summary: 'id of the message; give the same again when you retry',
    helpValue: 'ID',
  }),
  'no-store': Flags.boolean({
    ...delivery,
    summary: 'ask servers not to keep it; who is offline never gets it',
  }),
  'no-copy': Flags.boolean({...delivery, summary: 'ask servers for no copies to other clients'}),
  room: Flags.boolean({
    ...room,
    summary: 'recipients are rooms, or ROOM/NICK for one who is in it',
    exclusive: ['type'],
  }),
  nick: Flags.string({
    ...room,
    summary: 'name in the room; default: that of the account',
    helpValue: 'NAME',
    dependsOn: ['room'],
  }),
  ...roomPasswordFlags(room.helpGroup),
  create: Flags.boolean({
    ...room,
    summary: 'make the room if there is none',
    dependsOn: ['room'],
  }),
}

export const sendFlags = {
  ...composing,
  wait: Flags.string({
    ...delivery,
    summary: 'what counts as success; default: accepted, by the server',
    options: ['accepted', 'delivered', 'displayed'],
  }),
  'dry-run': Flags.boolean({...delivery, summary: 'print what would be sent, and connect nowhere'}),
  batch: Flags.boolean({
    ...input,
    summary: 'stdin has one message a line, {"to":"…","body":"…"}; flags are defaults',
    exclusive: ['body-file', 'id'],
  }),
  rate: Flags.string({
    ...input,
    summary: 'at most so many messages a second of a batch',
    helpValue: 'N/s',
    dependsOn: ['batch'],
  }),
  raw: Flags.boolean({
    ...input,
    summary: 'stdin is one stanza as XML, with its recipient in it; the answer to an iq is printed',
    exclusive: ['batch', ...Object.keys(composing)],
  }),
}

export type SendFlags = Interfaces.InferredFlags<typeof sendFlags>

/** The flags as the keys that a line of a batch has. */
export async function readMessageOptions(flags: SendFlags, signal: AbortSignal) {
  const {clean, create, id, lang, nick, oob, react, replace, retract, room, split} = flags
  const {subject, thread, type, wait} = flags
  return {
    ...{clean, create, id, lang, nick, oob, react, replace, retract, room, split},
    ...{subject, thread, type, wait},
    keepAnsi: flags['keep-ansi'],
    noCopy: flags['no-copy'],
    noStore: flags['no-store'],
    replyTo: flags['reply-to'],
    roomPassword: flags.room ? await readRoomPassword(flags, process.env, signal) : undefined,
    toId: flags['to-id'],
  }
}
