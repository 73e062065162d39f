import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {rejectOwnJid} from '../../cli/reject-own-jid.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderContactPresence} from '../../output/presence.ts'
import {type ContactPresence, getPresence} from '../../protocol/presence/probe.ts'

export default class PresenceGet extends XmppCommand {
  static override summary = 'Show the presence of a contact'
  static override description =
    unwrap`Asks the server of the contact; this account does not become available. The columns are JID with resource,
show, priority, time of the last change, and status. The exit code is 77 if the contact does not share its presence
with this account.`
  static override args = {
    jid: Args.string({required: true, description: 'contact, a JID', ignoreStdin: true}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> juliet@example.com --json | jq -r ".resources[0].show"',
  ]

  async run(): Promise<ContactPresence> {
    const {args, flags} = await this.parse(PresenceGet)
    const jid = bareJid(args.jid)
    const settings = await this.settings(flags)
    rejectOwnJid(jid, settings, 'Its other clients: xmpp presence watch')
    const presence = await this.sessionWith(settings, flags, ({stanzas}) =>
      getPresence(stanzas, jid),
    )
    await this.text(await renderContactPresence(presence, this.terminal()))
    return presence
  }
}
