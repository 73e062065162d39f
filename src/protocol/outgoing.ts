/** What a caller may say of a message, whether as flags or as a line of JSON, and whether it makes sense. */
import {randomUUID} from 'node:crypto'
import {EXIT, Failure} from '../errors.ts'
import {type Jid, parseJid} from '../jid.ts'
import type {Parcel} from './courier.ts'
import type {Reached} from './delivery.ts'
import {buildMessage, type OutgoingMessage} from './message.ts'
import type {Entry} from './room.ts'
import {SMALLEST_LIMIT, sizeOfText, splitText} from './split.ts'
import {checkText, plainText} from './text.ts'

const TYPES = ['chat', 'normal', 'headline'] as const
/** What being one of several parts adds to a message, such as longer ids; and the least worth a part. */
const PART_BYTES = 64

const WAITS: Reached[] = ['accepted', 'delivered', 'displayed']

const KEYS = {
  body: 'string',
  clean: 'boolean',
  create: 'boolean',
  id: 'string',
  keepAnsi: 'boolean',
  lang: 'string',
  nick: 'string',
  noCopy: 'boolean',
  noStore: 'boolean',
  oob: 'string',
  react: 'strings',
  replace: 'string',
  replyTo: 'string',
  retract: 'string',
  room: 'boolean',
  roomPassword: 'string',
  split: 'boolean',
  subject: 'string',
  thread: 'string',
  to: 'string',
  toId: 'string',
  type: 'string',
  wait: 'string',
} as const

interface Kinds {
  string: string
  strings: string[]
  boolean: boolean
}

export type MessageOptions = {[K in keyof typeof KEYS]?: Kinds[(typeof KEYS)[K]] | undefined}

/** A message, checked, and how to send it. */
export interface Outgoing {
  message: OutgoingMessage & {id: string}
  wait: Reached
  room: Entry | undefined
  split: boolean
}

/** One line of a batch. Throws 65 for what is no JSON object with the keys above. */
export function parseLine(line: string): MessageOptions {
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch (cause) {
    throw new Failure('bad-json', 'The line is not JSON', EXIT.data, {cause})
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    throw new Failure('bad-json', 'The line is not a JSON object', EXIT.data)
  for (const [key, value] of Object.entries(record)) checkKey(key, value)
  return record
}

function checkKey(key: string, value: unknown): void {
  const kind = Object.hasOwn(KEYS, key) ? KEYS[key as keyof typeof KEYS] : undefined
  if (!kind)
    throw new Failure('unknown-key', `There is no option ${JSON.stringify(key)}`, EXIT.data, {
      hint: `There are ${Object.keys(KEYS).join(', ')}`,
    })
  const strings = Array.isArray(value) && value.every((item) => typeof item === 'string')
  if (kind === 'strings' ? strings : typeof value === kind) return
  const wanted = {string: 'a string', strings: 'a list of strings', boolean: 'true or false'}[kind]
  throw new Failure('bad-value', `${key} has to be ${wanted}`, EXIT.data)
}

/** Throws 65 for what cannot be sent, or contradicts itself. */
export function parseOutgoing(options: MessageOptions): Outgoing {
  const {body, react, retract, to, toId, wait = 'accepted'} = options
  if (to === undefined) throw new Failure('no-recipient', 'There is no recipient (to)', EXIT.data)
  if (react && toId === undefined)
    throw new Failure('no-target', 'A reaction needs the id of a message (toId)', EXIT.data)
  if (body !== undefined && (react || retract !== undefined))
    throw new Failure('contradiction', 'A reaction or retraction has no text', EXIT.data)
  for (const [key, value] of Object.entries(options))
    if (key !== 'body' && typeof value === 'string') checkText(value, key)
  const jid = parseJid(to)
  const toRoom = options.room && jid.resource === undefined
  if (toRoom && (options.type !== undefined || wait !== 'accepted'))
    throw new Failure('contradiction', 'Messages to a room have no type and no receipts', EXIT.data)
  const {create, nick, roomPassword} = options
  return {
    message: messageOf(
      options,
      jid,
      toRoom ? 'groupchat' : oneOf(TYPES, options.type ?? 'chat', 'type'),
    ),
    wait: parseWait(wait),
    room: options.room ? {nick, password: roomPassword, create} : undefined,
    split: options.split ?? false,
  }
}

function messageOf(
  options: MessageOptions,
  jid: Jid,
  type: OutgoingMessage['type'],
): OutgoingMessage & {id: string} {
  const {id, lang, noCopy, noStore, oob, react, replace, replyTo, retract, subject, thread} =
    options
  const {toId = '', wait = 'accepted'} = options
  // Clients show a picture instead of a link where the text is the link and nothing else.
  const text = options.body ?? oob
  const body = text === undefined ? undefined : plainText(text, options)
  if (body === '' || (body === undefined && !react && retract === undefined))
    throw new Failure('empty-body', 'There is no text to send', EXIT.data)
  return {
    to: jid.full,
    type,
    // Made up here, once: whoever sends it again sends the same message again.
    id: id ?? randomUUID(),
    ...{body, lang, noCopy, noStore, oob, replace, retract, subject, thread},
    ask: wait === 'delivered' || wait === 'displayed' ? wait : undefined,
    // In a room, who wrote the message is not known from its id.
    reply:
      replyTo === undefined ? undefined : {id: replyTo, to: options.room ? undefined : jid.full},
    privately: options.room && type === 'chat',
    reactions: react && {id: toId, emojis: react.filter((emoji) => emoji !== '')},
  }
}

/** @param wait `accepted`, which is the default, `delivered` or `displayed` */
export const parseWait = (wait = 'accepted'): Reached => oneOf(WAITS, wait, 'wait')

function oneOf<T extends string>(values: readonly T[], value: string, key: string): T {
  const found = values.find((known) => known === value)
  if (found) return found
  throw new Failure('bad-value', `${key} has to be ${values.join(', or ')}`, EXIT.data)
}

/** Whether a message is of a size that not every server takes, so that the limit has to be known. */
export const isLarge = ({message}: Outgoing): boolean => sizeOf(message) > SMALLEST_LIMIT

/** As stanzas: one, or where that was asked for as many as the server's limit in bytes makes of it. */
export function pack({message, room, split, wait}: Outgoing, limit?: number): Parcel[] {
  const {body = '', id} = message
  const most = limit ?? (split ? SMALLEST_LIMIT : Number.POSITIVE_INFINITY)
  const whole = buildMessage(message)
  const size = most === Number.POSITIVE_INFINITY ? 0 : sizeOfText(String(whole))
  if (size <= most) return [{stanza: whole, wait, room}]
  const left = most - sizeOf({...message, body: ''}) - PART_BYTES
  if (!split || left < PART_BYTES) throw tooLarge(size, most)
  return splitText(body, left).map((part, i) => ({
    stanza: buildMessage({...message, body: part, id: `${id}-${i + 1}`}),
    wait,
    room,
  }))
}

const sizeOf = (message: OutgoingMessage): number => sizeOfText(String(buildMessage(message)))

function tooLarge(size: number, limit: number): Failure {
  return new Failure(
    'too-large',
    `The message takes ${size} bytes, and the server takes at most ${limit}`,
    EXIT.data,
    {hint: '--split sends it in numbered parts'},
  )
}
