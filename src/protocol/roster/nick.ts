/** XEP-0172: User Nickname <https://xmpp.org/extensions/xep-0172.html> */
import {type Iq, xml} from '../../xml.ts'
import {getItem, publish} from '../core/pubsub.ts'

export const NS_NICK = 'http://jabber.org/protocol/nick'

/** Null if there is no visible nickname. Without `to`, of this account. */
export async function getNick(iq: Iq, to?: string): Promise<string | null> {
  const item = await getItem(iq, NS_NICK, {to})
  return item?.payload?.text() || null
}

/** Null removes it: an empty nickname is published. */
export async function setNick(iq: Iq, nick: string | null): Promise<void> {
  const payload = xml('nick', {xmlns: NS_NICK}, ...(nick === null ? [] : [nick]))
  await publish(iq, NS_NICK, {id: 'current', payload}, 'presence')
}
