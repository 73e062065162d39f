/** XEP-0045 §7.8.2: mediated invitations <https://xmpp.org/extensions/xep-0045.html#invite-mediated> */
import {randomUUID} from 'node:crypto'
import {answers} from '../../answer.ts'
import {EXIT, type Failure} from '../../errors.ts'
import {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import {messageError} from '../../protocol/muc/errors.ts'
import {buildRoomInvitation} from '../../protocol/muc/invitation.ts'
import {getRoomInfo, untilProcessed} from '../../protocol/muc/room.ts'
import {parseStanzaError, type StanzaChannel} from '../../xml.ts'
import {asOccupant, type Entry} from './occupant.ts'
import {changeEach, type JidOutcome} from './outcomes.ts'

export interface Invitations {
  room: string
  jids: string[]
  reason: string | undefined
}

/** Some rooms accept invitations only from their occupants: then the session joins the room. */
export async function inviteAll(
  stanzas: StanzaChannel,
  entry: Entry,
  {jids, reason, room}: Invitations,
): Promise<JidOutcome<'invited'>[]> {
  await getRoomInfo(stanzas, room)
  const listener = new StanzaListener(stanzas)
  const invite = (jid: string): Promise<void> =>
    sendInvitation(stanzas, listener, room, jid, reason)
  const outcomes = await changeEach(jids, 'invited', invite)
  const refused = outcomes.filter(({error}) => error?.code === 'not-in-room').map(({jid}) => jid)
  if (refused.length === 0) return outcomes
  const inside = await asOccupant(
    stanzas,
    room,
    entry,
    () => changeEach(refused, 'invited', invite),
    listener,
  )
  return outcomes.map((outcome) => inside.find(({jid}) => jid === outcome.jid) ?? outcome)
}

/** A room confirms nothing, but its reply to a later request comes after an error. */
async function sendInvitation(
  stanzas: StanzaChannel,
  listener: StanzaListener,
  room: string,
  jid: string,
  reason: string | undefined,
): Promise<void> {
  const message = buildRoomInvitation(room, jid, reason)
  message.attrs.id = randomUUID()
  const returned = listener.waitFor((stanza) => (answers(stanza, message) ? stanza : undefined))
  await stanzas.send(message)
  const error = await Promise.race([returned, untilProcessed(stanzas, room)])
  if (error) throw inviteError(messageError(parseStanzaError(error), room), room)
}

function inviteError(failure: Failure, room: string): Failure {
  if (failure.condition !== 'forbidden' && failure.condition !== 'not-allowed') return failure
  return failure.with({
    code: 'invite-refused',
    message: `The room does not allow this account to invite (${room})`,
    hint: 'Ask an owner or admin of the room to send the invitation',
    exitCode: EXIT.noPermission,
  })
}
