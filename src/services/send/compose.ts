/** Checks message options and builds the stanzas from them. */
import {randomUUID} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {type Jid, parseJid} from '../../jid.ts'
import {plainText} from '../../protocol/core/text.ts'
import type {SharedFile} from '../../protocol/message/file-sharing.ts'
import {buildMessage, replaceBody} from '../../protocol/message/message.ts'
import {SMALLEST_LIMIT, sizeOfText, splitText} from '../../protocol/message/split.ts'
import {occupantIn} from '../../protocol/muc/room.ts'
import type {Element} from '../../xml.ts'
import {badValue, checkOptions, contradiction, type MessageOptions} from './options.ts'
import type {DeliveryState, OutgoingStanza} from './outgoing-stanza.ts'

const TYPES = ['chat', 'normal', 'headline'] as const
/** Bytes by which a part is longer than its text, such as a longer id; also the smallest useful size of a part. */
const PART_BYTES = 64

const WAITS: DeliveryState[] = ['accepted', 'delivered', 'displayed']

/**
 * Throws 65 for options that cannot be sent or contradict each other. The id is final: a retry sends the same stanza.
 *
 * @param file the file at the URL of `oob`
 */
export function buildStanza(options: MessageOptions, file?: SharedFile): OutgoingStanza {
  checkOptions(options)
  const {create, nick, roomPassword, split, to, wait = 'accepted'} = options
  if (to === undefined)
    throw new Failure('no-recipient', 'The recipient (to) is missing', EXIT.data)
  const jid = parseJid(to)
  const toRoom = options.room && jid.resource === undefined
  if (toRoom && (options.type !== undefined || wait !== 'accepted'))
    throw contradiction('Messages to a room have no type and no receipts')
  if (options.room && nick !== undefined) occupantIn(jid.bare, nick)
  const type = toRoom ? 'groupchat' : oneOf(TYPES, options.type ?? 'chat', 'type')
  return {
    element: buildElement({...options, file}, jid, type),
    wait: parseWait(wait),
    room: options.room ? {nick, password: roomPassword, create} : undefined,
    ifTooLarge: split ? 'split' : 'fail',
    url: file?.url,
  }
}

function buildElement(
  options: MessageOptions & {file: SharedFile | undefined},
  jid: Jid,
  type: (typeof TYPES)[number] | 'groupchat',
): Element {
  const {id, lang, noCopy, noStore, oob, react, replace, replyTo, retract, subject, thread} =
    options
  const {file, toId = '', wait = 'accepted'} = options
  // Clients show an image instead of a link if the body is the URL and nothing else.
  const text = options.body ?? oob
  const body = text === undefined ? undefined : plainText(text, options)
  if (body === '' || (body === undefined && !react && retract === undefined))
    throw new Failure('empty-body', 'There is no text to send', EXIT.data)
  return buildMessage({
    to: jid.full,
    type,
    id: id ?? randomUUID(),
    ...{body, file, lang, noCopy, noStore, oob, replace, retract, subject, thread},
    receipt: wait === 'delivered' || wait === 'displayed' ? wait : undefined,
    // In a room the author of the other message is not known.
    reply:
      replyTo === undefined ? undefined : {id: replyTo, to: options.room ? undefined : jid.full},
    privately: options.room && type === 'chat',
    reactions: react && {id: toId, emojis: react.filter((emoji) => emoji !== '')},
  })
}

/** @param wait `accepted` (the default), `delivered` or `displayed` */
export const parseWait = (wait = 'accepted'): DeliveryState => oneOf(WAITS, wait, 'wait')

function oneOf<T extends string>(values: readonly T[], value: string, key: string): T {
  const found = values.find((known) => known === value)
  if (found) return found
  throw badValue(`${key} has to be ${values.join(', or ')}`)
}

/** Whether some servers refuse a message of this size, so the limit of the server has to be known. */
export const isLarge = ({element, ifTooLarge}: OutgoingStanza): boolean =>
  ifTooLarge !== undefined &&
  mostBytes(element) > SMALLEST_LIMIT &&
  sizeOf(element) > SMALLEST_LIMIT

/**
 * The stanza itself, or its numbered parts if it is too large and may be split. Throws 65 if it does not fit.
 *
 * @param limit of the server, in bytes; if it is unknown, parts have the size that each server accepts
 */
export function fitToLimit(stanza: OutgoingStanza, limit?: number): OutgoingStanza[] {
  const {element, ifTooLarge} = stanza
  const maxBytes = limit ?? (ifTooLarge === 'split' ? SMALLEST_LIMIT : undefined)
  if (maxBytes === undefined || ifTooLarge === undefined) return [stanza]
  if (mostBytes(element) <= maxBytes) return [stanza]
  const size = sizeOf(element)
  if (size <= maxBytes) return [stanza]
  const {id} = element.attrs as {id: string}
  const bodyBytes = maxBytes - sizeOf(replaceBody(element, '', id)) - PART_BYTES
  if (ifTooLarge === 'fail' || bodyBytes < PART_BYTES) throw tooLarge(size, maxBytes)
  const parts = splitText(element.getChildText('body') ?? '', bodyBytes)
  return parts.map((part, i) => ({
    ...stanza,
    element: replaceBody(element, part, `${id}-${i + 1}`),
  }))
}

const sizeOf = (element: Element): number => sizeOfText(String(element))

/** The longest that one UTF-16 code unit becomes: `&quot;`. */
const MOST_UNIT_BYTES = 6
/** `<></>`, and for an attribute ` =""`. */
const TAG_BYTES = 5

/** At least the size of the element. It is faster to find: most messages are far from every limit. */
function mostBytes({attrs, children, name}: Element): number {
  let units = 2 * name.length + TAG_BYTES
  for (const key in attrs) units += key.length + String(attrs[key]).length + TAG_BYTES
  let bytes = units * MOST_UNIT_BYTES
  for (const child of children)
    bytes += typeof child === 'string' ? child.length * MOST_UNIT_BYTES : mostBytes(child)
  return bytes
}

export const SPLIT_HINT = 'Use --split to send it in numbered parts'

function tooLarge(size: number, limit: number): Failure {
  return new Failure(
    'too-large',
    `The message has ${size} bytes, and the server accepts at most ${limit}`,
    EXIT.data,
    {hint: SPLIT_HINT},
  )
}
