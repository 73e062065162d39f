/** XEP-0045 §8 and §9: affiliations and roles <https://xmpp.org/extensions/xep-0045.html#moderator> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {adminError} from './errors.ts'

const NS_MUC_ADMIN = 'http://jabber.org/protocol/muc#admin'

/** §5.2: the affiliations that a room stores. */
export const AFFILIATIONS = ['owner', 'admin', 'member', 'outcast'] as const
export type Affiliation = (typeof AFFILIATIONS)[number]

export interface RoomMember {
  jid: string
  affiliation: Affiliation
  /** The reserved nickname. */
  nick: string | null
  reason: string | null
}

/** §9.5: the JIDs that have one affiliation. */
export async function getMembers(
  iq: Iq,
  room: string,
  affiliation: Affiliation,
): Promise<RoomMember[]> {
  const request = buildAdmin(xml('item', {affiliation}))
  const query = await iq.get(request, room).catch((error) => {
    throw adminError(error, room)
  })
  return parseMembers(query, affiliation)
}

/** Items without a JID are skipped. @param affiliation the one that was requested */
export function parseMembers(query: Element | undefined, affiliation: Affiliation): RoomMember[] {
  const items = query?.getChildren('item', NS_MUC_ADMIN) ?? []
  return items.flatMap((item) => {
    const {jid, nick} = item.attrs as Record<string, string | undefined>
    const reason = item.getChildText('reason') || null
    return jid ? [{jid, affiliation, nick: nick || null, reason}] : []
  })
}

/** §9: `none` removes the affiliation, `outcast` bans. */
export function setAffiliation(
  iq: Iq,
  room: string,
  {
    affiliation,
    jid,
    reason,
  }: {jid: string; affiliation: Affiliation | 'none'; reason?: string | undefined},
): Promise<void> {
  return setItem(iq, room, buildItem({affiliation, jid}, reason))
}

/** §8.2: removes an occupant from the room; only an occupant with the role moderator may do this. */
export function kick(iq: Iq, room: string, nick: string, reason?: string): Promise<void> {
  return setItem(iq, room, buildItem({nick, role: 'none'}, reason))
}

async function setItem(iq: Iq, room: string, item: Element): Promise<void> {
  await iq.set(buildAdmin(item), room).catch((error) => {
    throw adminError(error, room)
  })
}

const buildItem = (attrs: Record<string, string>, reason: string | undefined): Element =>
  xml('item', attrs, ...(reason === undefined ? [] : [xml('reason', {}, reason)]))

const buildAdmin = (item: Element): Element => xml('query', {xmlns: NS_MUC_ADMIN}, item)
