/** XEP-0045 §6.1 and §6.3: room services of a server, and the public rooms of a service <https://xmpp.org/extensions/xep-0045.html#disco-service> */
import {EXIT, Failure} from '../../errors.ts'
import type {Iq} from '../../xml.ts'
import {type DiscoInfo, getInfo} from '../core/disco-info.ts'
import {
  buildItemsRequest,
  type DiscoItem,
  getDiscoItems,
  parseDiscoItems,
} from '../core/disco-items.ts'
import {buildPageRequest, parsePage} from '../core/result-set.ts'

export type ListedRoom = Pick<DiscoItem, 'jid' | 'name'>

const PAGE = 100

/** The services of a server that have rooms for text. Throws `no-room-service` (69) if it has none. */
export async function findRoomServices(iq: Iq, server: string): Promise<string[]> {
  const items = await getDiscoItems(iq, server)
  const jids = [...new Set(items.filter(({node}) => node === null).map(({jid}) => jid))]
  const found = await Promise.all(
    jids.map(async (jid) => ((await isRoomService(iq, jid)) ? [jid] : [])),
  )
  const services = found.flat()
  if (services.length > 0) return services
  throw new Failure('no-room-service', `${server} lists no room service`, EXIT.unavailable, {
    stage: 'request',
    hint: 'Name a service: xmpp room list conference.example.com',
  })
}

/** An item of a server may be a component that is offline: its error reply means that it has no rooms now. */
async function isRoomService(iq: Iq, jid: string): Promise<boolean> {
  try {
    return hasRooms(await getInfo(iq, jid))
  } catch (error) {
    if (error instanceof Failure && error.condition) return false
    throw error
  }
}

/** All public rooms, sorted; a large service sends them in pages (XEP-0059). */
export async function listRooms(iq: Iq, service: string): Promise<ListedRoom[]> {
  const rooms = new Map<string, ListedRoom>()
  let after: string | undefined
  do {
    const request = buildItemsRequest()
    request.append(buildPageRequest({max: PAGE, after}))
    const query = await iq.get(request, service)
    const sizeBefore = rooms.size
    for (const {jid, name} of parseDiscoItems(query)) rooms.set(jid, {jid, name})
    // A service that repeats a page would never reach the end.
    after = query && rooms.size > sizeBefore ? parsePage(query).last : undefined
  } while (after !== undefined)
  return [...rooms.values()].sort((a, b) => (a.jid < b.jid ? -1 : 1))
}

/** Throws `not-a-room-service` (65). */
export async function checkRoomService(iq: Iq, jid: string): Promise<void> {
  if (hasRooms(await getInfo(iq, jid))) return
  throw new Failure('not-a-room-service', `${jid} is not a room service`, EXIT.data, {
    stage: 'request',
    hint: 'xmpp room list without an address finds the services of the server',
  })
}

/** A gateway to another network has a different type (XEP-0045 §6.2). */
const hasRooms = ({identities}: DiscoInfo): boolean =>
  identities.some(({category, type}) => category === 'conference' && type === 'text')
