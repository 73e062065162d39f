/** XEP-0045 §7.2.15 and §8.1: the subject of a room <https://xmpp.org/extensions/xep-0045.html#subject-mod> */
import {randomUUID} from 'node:crypto'
import {EXIT, type Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import {getRoomInfo, untilProcessed} from '../../protocol/muc/room.ts'
import {type Element, type StanzaChannel, xml} from '../../xml.ts'
import {MessageSender} from '../send/message-sender.ts'
import {asOccupant, type Entry} from './occupant.ts'

/** Enters the room only if the room does not publish its subject. */
export async function getSubject(
  stanzas: StanzaChannel,
  room: string,
  entry: Entry,
): Promise<string> {
  const {subject} = await getRoomInfo(stanzas, room)
  if (subject !== null) return subject
  const listener = new StanzaListener(stanzas)
  const sent = listener.waitFor((stanza) => subjectIn(stanza, room))
  // The room sends the subject last. An old service sends none if the room has no subject.
  const wait = async (): Promise<string> =>
    (await Promise.race([sent, untilProcessed(stanzas, room)])) ?? ''
  return asOccupant(stanzas, room, entry, wait, listener)
}

/** Resolves when the room has shown the new subject. An empty text removes the subject. */
export async function setSubject(
  stanzas: StanzaChannel,
  room: string,
  entry: Entry,
  subject: string,
): Promise<void> {
  const attrs = {to: room, type: 'groupchat', id: randomUUID()}
  const element = xml('message', attrs, xml('subject', {}, subject))
  const sender = new MessageSender(stanzas, entry.nick)
  const {error} = await sender.send({element, wait: 'accepted', room: entry})
  await sender.leave()
  if (error) throw subjectError(error, room)
}

/** §7.2.15: a message with a body is an ordinary message with a topic. */
function subjectIn(stanza: Element, room: string): string | undefined {
  const {from, type} = stanza.attrs as Record<string, string | undefined>
  const isOfRoom = stanza.name === 'message' && type === 'groupchat'
  if (!isOfRoom || !matchesJid(bareJidOf(from), room) || stanza.getChild('body')) return undefined
  return stanza.getChild('subject')?.text()
}

function subjectError(failure: Failure, room: string): Failure {
  if (failure.condition !== 'forbidden' && failure.condition !== 'not-allowed') return failure
  return failure.with({
    code: 'not-moderator',
    message: `Only a moderator may change the subject of ${room}`,
    hint: 'Ask an owner of the room for an affiliation of admin',
    exitCode: EXIT.noPermission,
  })
}
