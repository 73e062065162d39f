/** XEP-0249: Direct MUC Invitations <https://xmpp.org/extensions/xep-0249.html>, and mediated ones (XEP-0045 §7.8.2) */
import {type Element, xml} from '../../xml.ts'
import {NS_MUC_USER} from './room.ts'

const NS_DIRECT = 'jabber:x:conference'

/** The password of the room may come along; it is for whoever enters, and not for a record of what was said. */
export interface RoomInvitation {
  /** Where to. */
  room: string
  /** Whose idea it was, as the room says; undefined where they say it themselves. */
  inviter: string | undefined
  reason: string | undefined
}

/** @param from bare JID of the sender: a room speaks for somebody, and often in both ways at once */
export function parseRoomInvitation(message: Element, from: string): RoomInvitation | undefined {
  const direct = message.getChild('x', NS_DIRECT)?.attrs as Record<string, string> | undefined
  const invite = message.getChild('x', NS_MUC_USER)?.getChild('invite')
  const room = invite ? from : direct?.jid
  if (!room) return undefined
  return {
    room,
    inviter: invite?.attrs.from || undefined,
    reason: invite?.getChildText('reason') || direct?.reason || undefined,
  }
}

/** XEP-0045 §7.8.2: the room passes the invitation on, and adds the member if it is for members only. */
export function buildRoomInvitation(room: string, jid: string, reason?: string): Element {
  const children = reason === undefined ? [] : [xml('reason', {}, reason)]
  const invite = xml('invite', {to: jid}, ...children)
  return xml('message', {to: room}, xml('x', {xmlns: NS_MUC_USER}, invite))
}
