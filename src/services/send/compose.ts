/** From what a caller says of a message to the stanzas that say it. */
import {randomUUID} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {type Jid, parseJid} from '../../jid.ts'
import {plainText} from '../../protocol/core/text.ts'
import {buildMessage, type OutgoingMessage} from '../../protocol/message/message.ts'
import {SMALLEST_LIMIT, sizeOfText, splitText} from '../../protocol/message/split.ts'
import {type JoinOptions, occupantIn} from '../../protocol/muc/room.ts'
import type {DeliveryState} from './delivery.ts'
import type {OutgoingStanza} from './message-sender.ts'
import {badValue, checkOptions, contradiction, type MessageOptions} from './options.ts'

const TYPES = ['chat', 'normal', 'headline'] as const
/** What being one of several parts adds to a message, such as longer ids; and the least worth a part. */
const PART_BYTES = 64

const WAITS: DeliveryState[] = ['accepted', 'delivered', 'displayed']

/** A message, checked, and how to send it. */
export interface ParsedMessage {
  message: OutgoingMessage & {id: string}
  wait: DeliveryState
  room: JoinOptions | undefined
  split: boolean
}

/** Throws 65 for what cannot be sent, or contradicts itself. */
export function parseOutgoing(options: MessageOptions): ParsedMessage {
  checkOptions(options)
  const {create, nick, roomPassword, to, wait = 'accepted'} = options
  if (to === undefined) throw new Failure('no-recipient', 'There is no recipient (to)', EXIT.data)
  const jid = parseJid(to)
  const toRoom = options.room && jid.resource === undefined
  if (toRoom && (options.type !== undefined || wait !== 'accepted'))
    throw contradiction('Messages to a room have no type and no receipts')
  if (options.room && nick !== undefined) occupantIn(jid.bare, nick)
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
export const parseWait = (wait = 'accepted'): DeliveryState => oneOf(WAITS, wait, 'wait')

function oneOf<T extends string>(values: readonly T[], value: string, key: string): T {
  const found = values.find((known) => known === value)
  if (found) return found
  throw badValue(`${key} has to be ${values.join(', or ')}`)
}

/** Whether a message is of a size that not every server takes, so that the limit has to be known. */
export const isLarge = ({message}: ParsedMessage): boolean => sizeOf(message) > SMALLEST_LIMIT

/** As stanzas: one, or where that was asked for as many as the server's limit in bytes makes of it. */
export function buildStanzas(
  {message, room, split, wait}: ParsedMessage,
  limit?: number,
): OutgoingStanza[] {
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
