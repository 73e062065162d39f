/** RFC 6121 §2.5: Deleting a Roster Item <https://www.rfc-editor.org/rfc/rfc6121#section-2.5> */
import {EXIT, Failure} from '../../errors.ts'
import {heldSpellings} from '../../held-jid.ts'
import {bareJidOf} from '../../jid.ts'
import {removeContact} from '../../protocol/presence/subscription.ts'
import {trackRoster} from '../../protocol/roster/live-roster.ts'
import type {RosterSession} from './change-contacts.ts'

interface Removal {
  jid: string
  state: 'removed'
}

/** Requests the roster; the function that it resolves with removes one contact. */
export async function startRemoval({
  bound,
  stanzas,
}: RosterSession): Promise<(contact: {jid: string}) => Promise<Removal>> {
  const roster = await trackRoster(stanzas, bound)
  return async ({jid}) => {
    // Gateways add contacts under a JID with a resource.
    const [contact] = [...heldSpellings(jid), bareJidOf(jid)].flatMap(
      (spelling) => roster.contact(spelling) ?? [],
    )
    if (contact === undefined) throw notInRoster()
    await removeContact(stanzas, roster, contact)
    return {jid: contact.jid, state: 'removed'}
  }
}

function notInRoster(): Failure {
  return new Failure('item-not-found', 'The roster does not contain this contact', EXIT.noUser, {
    stage: 'request',
    hint: 'To refuse a subscription request: xmpp presence deny JID',
  })
}
