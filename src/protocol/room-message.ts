/** XEP-0045 §7.4 and §7.5: messages to a room, and to one of its occupants <https://xmpp.org/extensions/xep-0045.html> */
import {EXIT, Failure} from '../errors.ts'
import type {Element, Stanzas} from '../xml.ts'
import type {Arrivals} from './arrivals.ts'
import {parseBounce, type Said} from './delivery.ts'
import {buildInfoRequest} from './disco-info.ts'
import {refusedMessage} from './room-refusal.ts'
import {parseOriginId, parseStanzaId} from './stanza-id.ts'

/** Where we are: a room, and our full address in it. */
export interface Place {
  room: string
  occupant: string
}

/** Resolves when the room shows the message to us as to everybody. */
export async function say(
  stanzas: Stanzas,
  arrivals: Arrivals,
  stanza: Element,
  place: Place,
): Promise<Said> {
  const shown = arrivals.expect((arrived) => parseReflection(arrived, stanza.attrs.id, place))
  await stanzas.post(stanza)
  const fate = await confirmed(shown)
  if (fate instanceof Failure) throw refusedMessage(fate, place.room)
  return fate
}

/** Resolves when the room has passed a private message on. It does not say so: an answer behind it does. */
export async function whisper(
  stanzas: Stanzas,
  arrivals: Arrivals,
  stanza: Element,
  {room}: Place,
): Promise<Said> {
  const bounced = arrivals.expect((arrived) =>
    isFromRoom(arrived, room) ? parseBounce(arrived, stanza.attrs.id) : undefined,
  )
  await stanzas.post(stanza)
  const fate = await confirmed(Promise.race([bounced, answered(stanzas, room)]))
  if (fate) throw refusedMessage(fate, stanza.attrs.to)
  return {}
}

/** Any answer will do, an error as well: rooms take one stanza after the other. */
async function answered(stanzas: Stanzas, room: string): Promise<undefined> {
  try {
    await stanzas.get(buildInfoRequest(), room)
  } catch (error) {
    if (!(error instanceof Failure) || !error.condition) throw error
  }
}

function parseReflection(
  arrived: Element,
  id: string,
  {occupant, room}: Place,
): Said | Failure | undefined {
  if (!isFromRoom(arrived, room)) return undefined
  const bounce = parseBounce(arrived, id)
  if (bounce) return bounce
  const {from, type} = arrived.attrs
  // A room may give the message an id of its own; the origin id stays.
  const isOurs = arrived.attrs.id === id || parseOriginId(arrived) === id
  if (arrived.name !== 'message' || type !== 'groupchat' || from !== occupant || !isOurs) {
    return undefined
  }
  return {stanzaId: parseStanzaId(arrived, room) ?? null}
}

const isFromRoom = ({attrs}: Element, room: string): boolean =>
  String(attrs.from ?? '').split('/', 1)[0] === room

/** What was written and is not confirmed when the session ends may have got there. */
async function confirmed<T>(fate: Promise<T>): Promise<T> {
  try {
    return await fate
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw new Failure(
      'unknown-outcome',
      `${error.message} before the room showed the message`,
      EXIT.unknownOutcome,
      {stage: error.stage, cause: error, hint: 'Look into the room before you send it again'},
    )
  }
}
