/** XEP-0045 §10.1: creating a reserved room <https://xmpp.org/extensions/xep-0045.html#createroom-reserved> */
import {EXIT, Failure, toFailure} from '../../errors.ts'
import {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import {setAffiliation} from '../../protocol/muc/admin.ts'
import {destroyRoom, getConfiguration, setConfiguration} from '../../protocol/muc/owner.ts'
import {checkService, findRoom, getRoomInfo, joinRoom, leaveRoom} from '../../protocol/muc/room.ts'
import type {RoomInfo} from '../../protocol/muc/room-info.ts'
import type {StanzaChannel} from '../../xml.ts'
import type {GivenAnswers} from '../form/answers.ts'
import type {Entry} from './occupant.ts'
import {answersForNewRoom, checkApplied, type Preset} from './presets.ts'

export interface NewRoom {
  room: string
  preset: Preset | undefined
  given: GivenAnswers
  /** JIDs that become members. */
  members: string[]
}

/** Resolves with the properties of the new room. A room that cannot be configured is removed again. */
export async function createRoom(
  stanzas: StanzaChannel,
  entry: Entry,
  newRoom: NewRoom,
): Promise<RoomInfo> {
  const {room} = newRoom
  const occupant = await occupyNewRoom(stanzas, room, entry)
  try {
    const info = await configure(stanzas, newRoom)
    await leaveRoom(stanzas, occupant)
    return info
  } catch (error) {
    throw await removeAgain(stanzas, room, toFailure(error))
  }
}

/** The service locks a new room until its owner has configured it. Throws `room-exists` (73). */
async function occupyNewRoom(stanzas: StanzaChannel, room: string, entry: Entry): Promise<string> {
  if (await findRoom(stanzas, room)) throw roomExists(room)
  await checkService(stanzas, room)
  const joined = joinRoom(stanzas, new StanzaListener(stanzas), room, entry)
  const {created, occupant} = await joined.catch((error) => {
    throw creationError(error, room)
  })
  if (created) return occupant
  await leaveRoom(stanzas, occupant)
  throw roomExists(room)
}

/** The members are added first, while the room is locked: it is never open without them. */
async function configure(
  stanzas: StanzaChannel,
  {given, members, preset, room}: NewRoom,
): Promise<RoomInfo> {
  const form = await getConfiguration(stanzas, room)
  const answers = answersForNewRoom(form.fields, given, preset)
  for (const jid of members) await setAffiliation(stanzas, room, {jid, affiliation: 'member'})
  await setConfiguration(stanzas, room, form, answers)
  const info = await getRoomInfo(stanzas, room)
  checkApplied(info, answers)
  return info
}

async function removeAgain(
  stanzas: StanzaChannel,
  room: string,
  failure: Failure,
): Promise<Failure> {
  try {
    await destroyRoom(stanzas, room)
    return failure.with({message: `${failure.message}; the new room was removed again`})
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return failure.with({hint: `The room may exist now. To remove it: xmpp room destroy ${room}`})
  }
}

/** A user may have created the room since the check, and it may still be locked. */
function creationError(failure: Failure, room: string): Failure {
  if (failure.code === 'room-locked') return roomExists(room)
  if (failure.condition !== 'forbidden' && failure.condition !== 'not-allowed') return failure
  return failure.with({
    code: 'no-room-creation',
    message: `The service does not allow this account to create ${room}`,
    exitCode: EXIT.noPermission,
  })
}

function roomExists(room: string): Failure {
  return new Failure('room-exists', `The room ${room} exists already`, EXIT.cannotCreate, {
    stage: 'request',
    hint: 'Choose another address. To change an existing room: xmpp room configure',
  })
}
