/** RFC 6121 §4.2 and §4.6: showing up, to all who are subscribed or to one JID; in a room, as an occupant (XEP-0045 §7.2). */
import {EXIT, Failure} from '../../errors.ts'
import {domainOf} from '../../jid.ts'
import type {Iq, StanzaChannel} from '../../xml.ts'
import {getInfo} from '../core/disco-info.ts'
import {StanzaListener} from '../core/stanza-listener.ts'
import {enterRoom} from '../muc/room.ts'
import {buildPresence, type OutgoingPresence} from './presence.ts'

/** What says it, on every new session anew; rejects with why it was not taken. */
export function presenceSender(
  stanzas: StanzaChannel,
  presence: OutgoingPresence,
): () => Promise<void> {
  const [bare = '', nick] = presence.to?.split(/\/(.*)/s) ?? []
  if (!bare.includes('@')) return () => sendPresence(stanzas, presence)
  const arrivals = new StanzaListener(stanzas)
  return async () => {
    if (await isRoom(stanzas, bare)) {
      if (!nick) throw noNick(bare)
      await enterRoom(stanzas, arrivals, bare, {nick})
    }
    await sendPresence(stanzas, presence)
  }
}

/**
 * Nobody hears the goodbye of a session that nobody has seen (§4.5.2), so it is seen first: at priority -1, where no
 * message that waits is handed to it.
 */
async function sendPresence(stanzas: StanzaChannel, presence: OutgoingPresence): Promise<void> {
  const {show, to} = presence
  const hello = show === 'offline' ? [buildPresence({priority: -1, to})] : []
  const flight = [...hello, buildPresence(presence)]
  await Promise.all(flight.map((stanza) => stanzas.sendConfirmed(stanza)))
}

/** Of a room that does not exist its service tells whether it could: then entering says what is wrong. */
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
  return new Failure('no-nick', `${room} is a room, where one needs a nickname`, EXIT.data, {
    stage: 'request',
    hint: `Write it behind the address: --to ${room}/NICK`,
  })
}
