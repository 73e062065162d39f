import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {confirm} from '../../cli/terminal/prompt.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {heldSpellings} from '../../held-jid.ts'
import {type ContactOutcome, removeContactsPrompt, renderOutcome} from '../../output/contact.ts'
import {changeContacts} from '../../services/roster/change-contacts.ts'
import {startRemoval} from '../../services/roster/remove-contacts.ts'

export default class RosterRemove extends XmppCommand {
  static override strict = false
  static override summary = 'Remove contacts'
  static override description =
    unwrap`The presence subscriptions end in both directions, and pending requests are withdrawn or refused. Removing
several contacts needs --yes, or a confirmation on a terminal; --timeout then limits how long the server may send no
reply (default: 30s), not the whole run.`
  static override args = {
    jid: Args.string({
      required: true,
      description: 'contact to remove; repeatable',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    yes: Flags.boolean({char: 'y', summary: 'remove several contacts without confirmation'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> romeo@example.net',
    '<%= config.bin %> <%= command.id %> --yes romeo@example.net paris@example.org',
  ]

  async run(): Promise<{contacts: ContactOutcome[]}> {
    const {argv, flags} = await this.parse(RosterRemove)
    const jids = [...new Set((argv as string[]).map((jid) => heldSpellings(jid)[0] ?? jid))]
    if (jids.length > 1 && !flags.yes)
      await confirm(removeContactsPrompt(jids.length), 'Nothing was removed')
    const contacts = jids.map((jid) => ({jid}))
    return changeContacts(contacts, startRemoval, {
      ...this.sessionContext(flags),
      print: (results) => this.printResults(results, ({jid}) => jid, renderOutcome),
    })
  }
}
