/** XEP-0045 §7: operations that only an occupant may do; the session joins the room for them, and then leaves it. */
import {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import {enterRoom, leaveRoom} from '../../protocol/muc/room.ts'
import type {StanzaChannel} from '../../xml.ts'

export interface Entry {
  nick: string
  password?: string | undefined
}

/** Enters the room, and always leaves it. @param listener receives the stanzas that the room sends on the join */
export async function asOccupant<T>(
  stanzas: StanzaChannel,
  room: string,
  entry: Entry,
  use: () => Promise<T>,
  listener = new StanzaListener(stanzas),
): Promise<T> {
  const occupant = await enterRoom(stanzas, listener, room, entry)
  try {
    return await use()
  } finally {
    await leaveRoom(stanzas, occupant)
  }
}
