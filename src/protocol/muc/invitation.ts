/** XEP-0249: Direct MUC Invitations <https://xmpp.org/extensions/xep-0249.html>, and mediated ones (XEP-0045 §7.8.2) */
import {type Element, xml} from '../../xml.ts'
import {NS_MUC_USER} from './room.ts'

const NS_DIRECT = 'jabber:x:conference'

/** An invitation may contain the password of the room, which is not part of the event. */
export interface RoomInvitation {
  /** The bare JID of the room. */
  room: string
  /** The inviter, according to the room; undefined in a direct invitation. */
  inviter: string | undefined
  reason: string | undefined
}

/** @param from bare JID of the sender: a room can send both forms in one message */
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
