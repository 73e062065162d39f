/** RFC 6121 §4.2 and §4.6: sends a presence to all subscribers, one JID, or a room as an occupant (XEP-0045 §7.2). */
import {EXIT, Failure} from '../../errors.ts'
import {domainOf} from '../../jid.ts'
import type {Iq, StanzaChannel} from '../../xml.ts'
import {getInfo} from '../core/disco-info.ts'
import {StanzaListener} from '../core/stanza-listener.ts'
import {type CreatedRoom, makePersistent} from '../muc/owner.ts'
import {enterRoom} from '../muc/room.ts'
import {buildPresence, type OutgoingPresence} from './presence.ts'

export interface RoomCreation {
  /** Create the room if it does not exist. */
  create: boolean
  onCreated(room: CreatedRoom): void
}

/** Returns a function that sends the presence, for each new session. It rejects if the presence is refused. */
export function presenceSender(
  stanzas: StanzaChannel,
  presence: OutgoingPresence,
  {create, onCreated}: RoomCreation = {create: false, onCreated() {}},
): () => Promise<void> {
  const [bare = '', nick] = presence.to?.split(/\/(.*)/s) ?? []
  if (!bare.includes('@')) return () => sendPresence(stanzas, presence)
  const arrivals = new StanzaListener(stanzas)
  return async () => {
    if (await isRoom(stanzas, bare)) {
      if (!nick) throw noNick(bare)
      const configureNew = async (): Promise<void> => onCreated(await makePersistent(stanzas, bare))
      await enterRoom(stanzas, arrivals, bare, {nick, create, configureNew})
    }
    await sendPresence(stanzas, presence)
  }
}

/**
 * A server does not broadcast the unavailable presence of a session that was not available (§4.5.2), so the session
 * becomes available first. With priority -1 the server delivers no stored messages to it.
 */
async function sendPresence(stanzas: StanzaChannel, presence: OutgoingPresence): Promise<void> {
  const {show, to} = presence
  const initial = show === 'offline' ? [buildPresence({priority: -1, to})] : []
  const presences = [...initial, buildPresence(presence)]
  await Promise.all(presences.map((stanza) => stanzas.sendConfirmed(stanza)))
}

/** An address that does not exist counts as a room if its service has rooms: the join then reports the missing room. */
async function isRoom(iq: Iq, jid: string): Promise<boolean> {
  try {
    const {identities} = await getInfo(iq, jid)
    return identities.some(({category}) => category === 'conference')
  } catch (error) {
    if (!(error instanceof Failure && error.condition)) throw error
    const isInService = jid.includes('@') && error.condition === 'item-not-found'
    return isInService && isRoom(iq, domainOf(jid))
  }
}

function noNick(room: string): Failure {
  return new Failure(
    'no-nick',
    `${room} is a room, and a presence in a room needs a nickname`,
    EXIT.data,
    {
      stage: 'request',
      hint: `Add the nickname to the address: --to ${room}/NICK`,
    },
  )
}
