/** XEP-0045 §7.2: the occupants of rooms, from their presence <https://xmpp.org/extensions/xep-0045.html#enter>, with their ids (XEP-0421) */
import {bareJidOf} from '../../jid.ts'
import type {Element} from '../../xml.ts'
import {AFFILIATIONS, type Affiliation} from './admin.ts'
import {NS_MUC_USER} from './room.ts'

const NS_OCCUPANT_ID = 'urn:xmpp:occupant-id:0'

export interface Occupant {
  affiliation: Affiliation | 'none'
  /** The bare JID, if the room shows it to this account. */
  jid: string | undefined
  /** The same for all nicknames of one user in the room (XEP-0421), if the room sends one. */
  occupantId: string | undefined
}

export class Occupants {
  readonly #occupants = new Map<string, Occupant>()

  /** The occupant with this occupant JID; undefined if it is not in the room. */
  get(jid: string): Occupant | undefined {
    return this.#occupants.get(jid)
  }

  /** To call with each presence from a room. */
  handlePresence(presence: Element): void {
    const {from = '', type} = presence.attrs as {from?: string; type?: string}
    if (type === 'unavailable') this.#occupants.delete(from)
    else if (type === undefined) this.#occupants.set(from, parseOccupant(presence))
  }
}

/** A presence without an affiliation has the affiliation `none`. */
export function parseOccupant(presence: Element): Occupant {
  const item = presence.getChild('x', NS_MUC_USER)?.getChild('item')
  const {affiliation, jid} = (item?.attrs ?? {}) as Record<string, string | undefined>
  return {
    affiliation: AFFILIATIONS.find((known) => known === affiliation) ?? 'none',
    jid: jid ? bareJidOf(jid) : undefined,
    occupantId: presence.getChild('occupant-id', NS_OCCUPANT_ID)?.attrs.id || undefined,
  }
}
