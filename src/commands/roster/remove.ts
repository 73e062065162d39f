import {Args, Flags} from '@oclif/core'
import {ask} from '../../cli/prompt.ts'
import {prose} from '../../cli/prose.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJid} from '../../jid.ts'
import {type ContactOutcome, renderOutcome} from '../../output/contact.ts'
import {failureOf} from '../../output/failure.ts'
import {followRoster} from '../../protocol/live-roster.ts'
import {removeContact} from '../../protocol/roster.ts'
import {concernsItem} from '../../protocol/roster-edit.ts'
import type {Session} from '../../session/session.ts'

export default class RosterRemove extends XmppCommand {
  static override strict = false
  static override summary = 'Remove contacts'
  static override description =
    prose`The subscriptions end in both directions: we do not see their presence any more, and they not ours.
Several contacts at once need --yes, or a person who confirms.`
  static override args = {
    jid: Args.string({
      required: true,
      description: 'contact to remove; may be followed by more',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    yes: Flags.boolean({char: 'y', summary: 'remove several without asking'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> romeo@example.net',
    '<%= config.bin %> <%= command.id %> --yes romeo@example.net paris@example.org',
  ]

  async run(): Promise<{contacts: ContactOutcome[]}> {
    const {argv, flags} = await this.parse(RosterRemove)
    const jids = [...new Set((argv as string[]).map(bareJid))]
    if (jids.length > 1 && !flags.yes) await confirm(jids)
    const contacts = await this.session(flags, (session) => removeAll(session, jids))
    for (const contact of contacts) {
      if (contact.error) this.failWith(failureOf(contact.jid, contact.error))
      else await this.text(renderOutcome(contact))
    }
    return {contacts}
  }
}

async function confirm(jids: string[]): Promise<void> {
  const answer = await ask({
    message: `Remove ${jids.length} contacts? Type "yes":`,
    instead: '--yes',
  })
  if (answer.trim().toLowerCase() !== 'yes')
    throw new Failure('not-confirmed', 'Nothing was removed', EXIT.usage)
}

async function removeAll({bound, stanzas}: Session, jids: string[]): Promise<ContactOutcome[]> {
  const roster = await followRoster(stanzas, bound)
  return Promise.all(
    jids.map(async (jid): Promise<ContactOutcome> => {
      try {
        if (!roster.contact(jid)) throw notThere()
        await removeContact(stanzas, jid)
        return {jid, state: 'removed', error: null}
      } catch (error) {
        if (!concernsItem(error)) throw error
        return {jid, state: 'failed', error}
      }
    }),
  )
}

function notThere(): Failure {
  return new Failure('item-not-found', 'This is no contact', EXIT.noUser, {stage: 'request'})
}
