/** XEP-0045 §7 to §10: the occupant of this account in each room, and how it leaves the room <https://xmpp.org/extensions/xep-0045.html> */
import {EXIT, Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import type {Element} from '../../xml.ts'
import {NOT_IN_ROOM} from './errors.ts'
import {NS_MUC_USER, parseStatusCodes, STATUS_SELF} from './room.ts'

/** §7.6: the new nickname of this account. */
const STATUS_RENAMED = '303'

/** §15.6.2: the status codes with which a room removes this account, the most specific first. */
const ENDS: [status: string, code: string, message: string, exitCode: number][] = [
  ['301', 'banned', 'The room has banned this account', EXIT.noPermission],
  ['332', 'room-shutdown', 'The rooms of this server are being shut down', EXIT.temporary],
  [
    '333',
    'room-unreachable',
    'The connection between the room and this account was lost',
    EXIT.temporary,
  ],
  ['322', 'members-only', 'The room is for members only now', EXIT.noPermission],
  ['321', 'members-only', 'This account is no longer a member of the room', EXIT.noPermission],
  ['307', 'kicked', 'A moderator has removed this account from the room', EXIT.noPermission],
]

/** The rooms of the run, by bare JID. */
export class JoinedRooms {
  /** The given address of each room, and the address that the room uses. */
  readonly #rooms: Map<string, string>
  readonly #occupants = new Map<string, string>()
  readonly #left = new Set<string>()

  constructor(rooms: string[]) {
    this.#rooms = new Map(rooms.map((room) => [room, room]))
  }

  /** Any user can send a stanza that looks like one from a room: only these are rooms. */
  isRoom(jid: string): boolean {
    return [...this.#rooms.values()].includes(jid)
  }

  /** Whether this account is to be in the room: false after it was removed. */
  isJoined(room: string): boolean {
    return !this.#left.has(this.#rooms.get(room) ?? room)
  }

  get anyJoined(): boolean {
    return this.#left.size < this.#rooms.size
  }

  /** @param occupant the occupant JID of this account, which can differ from the requested one (§7.2.3) */
  entered(room: string, occupant: string): void {
    this.#rooms.set(room, bareJidOf(occupant))
    this.#occupants.set(bareJidOf(occupant), occupant)
  }

  /** The account was removed, and is to join again. */
  reopen(room: string): void {
    this.#left.delete(room)
  }

  close(room: string): void {
    this.#left.add(room)
  }

  /** The occupant JID of this account in a room. */
  occupant(room: string): string | undefined {
    return this.#occupants.get(this.#rooms.get(room) ?? room)
  }

  /** Whether this occupant is this account. */
  isOwnOccupant(from: string): boolean {
    return this.#occupants.get(bareJidOf(from)) === from
  }

  /** Updates the occupant JID from a presence; returns the failure if the presence removes this account from the room. */
  handlePresence(presence: Element): Failure | undefined {
    const {from = '', type} = presence.attrs as {from?: string; type?: string}
    const room = bareJidOf(from)
    const codes = parseStatusCodes(presence)
    if (!this.#occupants.has(room) || !this.isJoined(room)) return undefined
    if (type === undefined && codes.includes(STATUS_SELF)) this.#occupants.set(room, from)
    if (type !== 'unavailable' || !this.isOwnOccupant(from)) return undefined
    const x = presence.getChild('x', NS_MUC_USER)
    const nick: string | undefined = x?.getChild('item')?.attrs.nick
    if (codes.includes(STATUS_RENAMED) && nick) {
      this.#occupants.set(room, `${room}/${nick}`)
      return undefined
    }
    this.#left.add(room)
    const destroy = x?.getChild('destroy')
    return destroy ? destroyed(destroy, room) : removedFromRoom(codes, x?.getChild('item'), room)
  }
}

/** §10.9. */
function destroyed(destroy: Element, room: string): Failure {
  const {jid} = destroy.attrs as {jid?: string}
  return new Failure('room-destroyed', `The room no longer exists (${room})`, EXIT.noUser, {
    stage: 'request',
    ...reasonIn(destroy),
    ...(jid && {hint: `The new address is ${jid}`}),
  })
}

/** §9.3.2, §8.2, §9.1, and other reasons. */
function removedFromRoom(codes: string[], item: Element | undefined, room: string): Failure {
  const [, code, message, exitCode] = ENDS.find(([status]) => codes.includes(status)) ?? [
    '',
    'room-left',
    NOT_IN_ROOM,
    EXIT.temporary,
  ]
  const details = {stage: 'request', ...reasonIn(item)} as const
  return new Failure(code, `${message} (${room})`, exitCode, details)
}

function reasonIn(parent: Element | undefined): {text?: string} {
  const text = parent?.getChildText('reason')
  return text ? {text} : {}
}
