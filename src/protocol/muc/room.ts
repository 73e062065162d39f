/** XEP-0045: Multi-User Chat <https://xmpp.org/extensions/xep-0045.html>: joining and leaving a room */
import {randomUUID} from 'node:crypto'
import {answers} from '../../answer.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJidOf, domainOf, parseJid} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {nextTurn} from '../../next-turn.ts'
import {type Element, type Iq, parseStanzaError, type StanzaChannel, xml} from '../../xml.ts'
import {NS_DATA} from '../core/data-form.ts'
import {buildInfoRequest, type DiscoInfo, getInfo, parseInfo} from '../core/disco-info.ts'
import type {StanzaListener} from '../core/stanza-listener.ts'
import {joinError} from './errors.ts'
import {parseRoomInfo, type RoomInfo} from './room-info.ts'

export const NS_MUC = 'http://jabber.org/protocol/muc'
export const NS_MUC_USER = `${NS_MUC}#user`
const NS_MUC_OWNER = `${NS_MUC}#owner`

export interface JoinOptions {
  nick?: string | undefined
  password?: string | undefined
  /** Create the room if it does not exist; otherwise that is an error. */
  create?: boolean | undefined
}

interface EntryOptions extends JoinOptions {
  nick: string
  /** Configures a room that this entry has created. Default: the configuration of the service, often a temporary room. */
  configureNew?: (() => Promise<void>) | undefined
}

/** §15.6.2: the status codes of the own presence. */
export const STATUS_SELF = '110'
const STATUS_CREATED = '201'

/** §7.2.2: directed presence, with a request for no history. */
export function buildJoin(occupant: string, password?: string): Element {
  const secret = password === undefined ? [] : [xml('password', {}, password)]
  const history = xml('history', {maxstanzas: 0})
  return xml('presence', {to: occupant}, xml('x', {xmlns: NS_MUC}, history, ...secret))
}

export const buildLeave = (occupant: string): Element =>
  xml('presence', {to: occupant, type: 'unavailable'})

/** The status codes with which a room explains a presence or a message. */
export function parseStatusCodes(stanza: Element): string[] {
  const statuses = stanza.getChild('x', NS_MUC_USER)?.getChildren('status') ?? []
  return statuses.flatMap(({attrs}) => (attrs.code ? [attrs.code as string] : []))
}

/**
 * The occupant JID for a nickname (§4.1). Throws 65 for a nickname that is no valid resource (RFC 7622 §3.4), or that
 * is invisible (§16.1).
 */
export function occupantIn(room: string, nick: string): string {
  if (nick.trim() === '') throw new Failure('bad-nick', 'A nickname cannot be blank', EXIT.data)
  return parseJid(`${room}/${nick}`).full
}

/** Joins a room, and resolves with the occupant JID. Rejects with the refusal of the room. */
export async function enterRoom(
  stanzas: StanzaChannel,
  arrivals: StanzaListener,
  room: string,
  {configureNew, create, nick, password}: EntryOptions,
): Promise<string> {
  const known = await findRoom(stanzas, room)
  if (!known) {
    if (!create) throw noRoom(room)
    await checkService(stanzas, room)
  }
  const welcome = await joinRoom(stanzas, arrivals, room, {nick, password})
  if (!welcome.created || known?.persistent) return welcome.occupant
  if (!create) {
    // The room was destroyed since the query, and the join has created it: leaving undoes that.
    await stanzas.send(buildLeave(welcome.occupant))
    throw noRoom(room)
  }
  await (configureNew?.() ?? acceptDefaults(stanzas, room))
  return welcome.occupant
}

/** §10.1.2: other users cannot enter until the owner has accepted a configuration. */
async function acceptDefaults(iq: Iq, room: string): Promise<void> {
  const defaults = xml('x', {xmlns: NS_DATA, type: 'submit'})
  await iq.set(xml('query', {xmlns: NS_MUC_OWNER}, defaults), room)
}

/** §7.2: joins without a check whether the room exists. Rejects with the refusal of the room. */
export async function joinRoom(
  stanzas: StanzaChannel,
  listener: StanzaListener,
  room: string,
  {nick, password}: {nick: string; password?: string | undefined},
): Promise<JoinReply> {
  const join = buildJoin(occupantIn(room, nick), password)
  join.attrs.id = randomUUID()
  const answered = listener.waitFor((presence) => parseJoinReply(presence, room, join))
  await stanzas.send(join)
  const reply = await answered
  if (reply instanceof Failure) throw joinError(reply, room)
  return reply
}

/** §7.14. If the session has ended, the server has removed its occupants already. */
export async function leaveRoom(stanzas: StanzaChannel, occupant: string): Promise<void> {
  await stanzas.send(buildLeave(occupant)).catch((error) => {
    if (!(error instanceof Failure)) throw error
  })
}

/** Resolves when the room has processed all stanzas sent to it, and its replies were read. */
export async function untilProcessed(iq: Iq, room: string): Promise<undefined> {
  try {
    await iq.get(buildInfoRequest(), room)
  } catch (error) {
    // An error reply is enough: rooms process stanzas in order.
    if (!(error instanceof Failure) || !error.condition) throw error
  }
  await nextTurn() // the reply can be handled before earlier stanzas are read
}

/** The identity in replies for user accounts, existing or not. */
const SAID_OF_USERS = ['service-unavailable', 'feature-not-implemented', 'subscription-required']

/** The information that a room publishes. Throws `no-room` (67) if it does not exist. */
export async function getRoomInfo(iq: Iq, room: string): Promise<RoomInfo> {
  const info = await findRoom(iq, room)
  if (!info) throw noRoom(room)
  return info
}

/** Queried first, because a join creates the room. Undefined if no room exists; throws 65 for an address that is no room. */
export async function findRoom(iq: Iq, room: string): Promise<RoomInfo | undefined> {
  try {
    const query = room.includes('@') ? await iq.get(buildInfoRequest(), room) : undefined
    if (query && isConference(parseInfo(query))) return parseRoomInfo(query)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.condition === 'item-not-found') return undefined
    if (error.condition === 'gone') throw joinError(error, room)
    if (!SAID_OF_USERS.includes(error.condition ?? '')) throw error
  }
  throw notARoom(room)
}

/** A service without rooms would not answer a join. */
export async function checkService(iq: Iq, room: string): Promise<void> {
  if (!isConference(await getInfo(iq, domainOf(room)))) throw notARoom(room)
}

const isConference = ({identities}: DiscoInfo): boolean =>
  identities.some(({category}) => category === 'conference')

function notARoom(room: string): Failure {
  return new Failure('not-a-room', `${room} is not a room`, EXIT.data, {
    stage: 'request',
    hint: 'Rooms have addresses such as name@conference.example.com',
  })
}

export interface JoinReply {
  occupant: string
  /** Whether the join has created the room. */
  created: boolean
}

/** §7.2.2 and §7.2.5 ff.: the own presence comes last, or an error in its place. */
function parseJoinReply(
  presence: Element,
  room: string,
  join: Element,
): JoinReply | Failure | undefined {
  const {from = '', type} = presence.attrs as Record<string, string | undefined>
  if (answers(presence, join)) return parseStanzaError(presence)
  if (presence.name !== 'presence' || !matchesJid(bareJidOf(from), room)) return undefined
  const codes = parseStatusCodes(presence)
  // Old services send no status codes.
  const isOwn = codes.includes(STATUS_SELF) || matchesJid(from, join.attrs.to)
  if (type !== undefined || !isOwn) return undefined
  const item = presence.getChild('x', NS_MUC_USER)?.getChild('item')
  // Ejabberd gives this code, too, to the first occupant of a room that was configured without entering it.
  const created = codes.includes(STATUS_CREATED) && item?.attrs.affiliation === 'owner'
  return {occupant: from, created}
}

function noRoom(room: string): Failure {
  return new Failure('no-room', `The room ${room} does not exist`, EXIT.noUser, {
    stage: 'request',
    hint: `Check the address, or create the room: xmpp room create ${room}`,
  })
}
