/** RFC 6121 §2.3: Adding a Roster Item <https://www.rfc-editor.org/rfc/rfc6121#section-2.3>, and §3.1: requesting a subscription */
import {toFailure} from '../../errors.ts'
import {subscribe} from '../../protocol/presence/subscription.ts'
import {type OwnJid, trackRoster} from '../../protocol/roster/live-roster.ts'
import {
  type ContactChange,
  type UpsertResult,
  upsertContact,
} from '../../protocol/roster/update-contact.ts'
import type {StanzaChannel} from '../../xml.ts'

interface RequestOptions {
  subscribe: boolean
  /** The text of the request. */
  message: string | undefined
}

export async function addContact(
  {bound, stanzas}: {bound: OwnJid; stanzas: StanzaChannel},
  change: ContactChange,
  request: RequestOptions,
): Promise<UpsertResult> {
  const {jid} = change
  const roster = await trackRoster(stanzas, bound)
  const result = await upsertContact(stanzas, roster, change)
  if (request.subscribe)
    await subscribe(stanzas, roster, jid, request.message).catch((error: unknown) => {
      throw toFailure(error).about(
        'The contact is in the roster, but no subscription was requested',
      )
    })
  // The roster push with the new name may arrive after the reply (RFC 6121 §2.1.6).
  const {groups, name} = result
  return {...result, ...roster.contact(jid), groups, name}
}
