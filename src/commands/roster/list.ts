import {Flags} from '@oclif/core'
import {openRosterCache} from '../../account/state/roster-cache.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {type ListedContact, renderRoster} from '../../output/roster.ts'
import {listContacts} from '../../services/roster/list-contacts.ts'

interface RosterListResult {
  contacts: ListedContact[]
  version: string | null
}

export default class RosterList extends XmppCommand {
  static override summary = 'List the contacts'
  static override description =
    unwrap`The contacts are sorted by JID. The columns are JID, name, groups, subscription (to: this account sees the
presence of the contact, from: the contact sees the presence of this account), and requests: pending (this account has
requested a subscription), approved (a future request of the contact is already approved). With --online, the presence of each contact is requested; this
account does not become available.`
  static override flags = {
    group: Flags.string({
      summary: 'list only this group; repeatable',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'GROUP',
    }),
    online: Flags.boolean({summary: 'also show the presence of each contact'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --group Friends --online',
    '<%= config.bin %> <%= command.id %> | cut -f1',
  ]

  async run(): Promise<RosterListResult> {
    const {flags} = await this.parse(RosterList)
    const settings = await this.settings(flags)
    const {jid, server, trust} = settings
    const insecure = trust.insecure === true
    const cache = openRosterCache({jid: jid.bare, server, insecure}, process.env)
    const {group: groups, online} = flags
    const result = await this.sessionWith(settings, flags, (session) =>
      listContacts(session, {cache, groups, online}),
    )
    await this.text(await renderRoster(result.contacts, this.terminal(), flags.group))
    return result
  }
}
