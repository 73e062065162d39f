import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {readInput} from '../../cli/files.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {type ContactOutcome, NO_CONTACTS_IN_FILE, renderOutcome} from '../../output/contact.ts'
import {subscribe} from '../../protocol/presence/subscription.ts'
import {type PortableContact, parsePortable} from '../../protocol/roster/import-export.ts'
import {trackRoster} from '../../protocol/roster/live-roster.ts'
import {upsertContact} from '../../protocol/roster/update-contact.ts'
import {
  changeContacts,
  type Outcome,
  type RosterSession,
} from '../../services/roster/change-contacts.ts'

export default class RosterImport extends XmppCommand {
  static override summary = 'Import contacts from a file'
  static override description =
    unwrap`The file is the output of roster export, or an XEP-0227 file with one roster. A contact that exists gets the
name and the groups of the file, if the file has them. No contact is removed, so a second import changes nothing.
In JSON only the JID is required: a value that is absent does not change, null and [] remove it.
Subscriptions cannot be imported: --subscribe requests them again, from each contact whose presence was visible.
With several contacts --timeout limits how long the server may send no reply (default: 30s), not the whole run.`
  static override args = {
    file: Args.string({required: true, description: 'file, or - for stdin', ignoreStdin: true}),
  }
  static override flags = {
    subscribe: Flags.boolean({summary: 'request a presence subscription if the file lists one'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> roster.json',
    '<%= config.bin %> roster export | <%= config.bin %> <%= command.id %> - --jid me@example.net',
  ]

  async run(): Promise<{contacts: ContactOutcome[]}> {
    const {args, flags} = await this.parse(RosterImport)
    const contacts = parsePortable(await readInput(args.file, this.inputLimit(args.file, flags)))
    if (contacts.length === 0) {
      await this.text(NO_CONTACTS_IN_FILE)
      return {contacts: []}
    }
    return changeContacts(contacts, (session) => startImport(session, flags.subscribe), {
      ...this.sessionContext(flags),
      print: (results) => this.printResults(results, ({jid}) => jid, renderOutcome),
    })
  }
}

async function startImport({bound, stanzas}: RosterSession, withSubscriptions: boolean) {
  const roster = await trackRoster(stanzas, bound)
  return async ({groups, jid, name, pending, subscription}: PortableContact): Promise<Outcome> => {
    const {state} = await upsertContact(stanzas, roster, {jid, name, groups})
    const isSubscribed = ['to', 'both'].includes(subscription)
    if (withSubscriptions && (pending || isSubscribed)) await subscribe(stanzas, roster, jid)
    return {jid, state}
  }
}
