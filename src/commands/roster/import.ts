import {Args, Flags} from '@oclif/core'
import {BulkCommand, type Outcome} from '../../cli/bulk-command.ts'
import {readInput} from '../../cli/files.ts'
import {unwrap} from '../../cli/unwrap.ts'
import type {ContactOutcome} from '../../output/contact.ts'
import {subscribe} from '../../protocol/presence/subscription.ts'
import {type PortableContact, parsePortable} from '../../protocol/roster/import-export.ts'
import {trackRoster} from '../../protocol/roster/live-roster.ts'
import {upsertContact} from '../../protocol/roster/update-contact.ts'
import type {Session} from '../../session/session.ts'

export default class RosterImport extends BulkCommand {
  static override summary = 'Import contacts from a file'
  static override description =
    unwrap`Reads what roster export writes, and XEP-0227 files with one roster. Contacts that are there already get
the name and groups of the file, where it has some; nobody is removed, so a second import changes nothing.
In JSON only the JID is needed: what is absent stays, null and [] take it away.
Subscriptions cannot be imported, only asked for anew: --subscribe asks whoever showed us its presence.
Servers may take minutes over thousands of contacts, so there is no deadline unless --timeout sets one.`
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

  protected override holdsOpen = () => true

  async run(): Promise<{contacts: ContactOutcome[]}> {
    const {args, flags} = await this.parse(RosterImport)
    const contacts = parsePortable(await readInput(args.file, this.inputLimit(args.file, flags)))
    if (contacts.length === 0) {
      await this.text('The file contains no contacts')
      return {contacts: []}
    }
    return this.forEach(contacts, (session) => putting(session, flags.subscribe), flags)
  }
}

async function putting({bound, stanzas}: Session, withSubscriptions: boolean) {
  const roster = await trackRoster(stanzas, bound)
  return async ({groups, jid, name, ...asked}: PortableContact): Promise<Outcome> => {
    const {state} = await upsertContact(stanzas, roster, {jid, name, groups})
    const wanted = asked.pending || asked.subscription === 'to' || asked.subscription === 'both'
    if (withSubscriptions && wanted) await subscribe(stanzas, roster, jid)
    return {jid, state}
  }
}
