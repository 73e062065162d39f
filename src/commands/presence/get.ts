import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderContactPresence} from '../../output/presence.ts'
import {getOwnClients} from '../../protocol/presence/own-clients.ts'
import {type ContactPresence, getPresence} from '../../protocol/presence/probe.ts'

export default class PresenceGet extends XmppCommand {
  static override summary =
    'Show the presence of a contact, or of the other clients of this account'
  static override description =
    unwrap`Asks the server of the contact; this account does not become available. The columns are JID with resource,
show, priority, time of the last change, and status. The exit code is 77 if the contact does not share its presence
with this account.

With the JID of this account, the command shows its other clients. Servers send their presence only to a client that is
available: contacts see this account for a moment, with priority -1, and the server delivers no messages to it.`
  static override args = {
    jid: Args.string({
      required: true,
      description: 'contact, or this account: a JID',
      ignoreStdin: true,
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> juliet@example.com --json | jq -r ".resources[0].show"',
  ]

  async run(): Promise<ContactPresence> {
    const {args, flags} = await this.parse(PresenceGet)
    const jid = bareJid(args.jid)
    const settings = await this.settings(flags)
    const isOwn = jid === settings.jid.bare
    const presence = await this.sessionWith(settings, flags, ({bound, stanzas}) =>
      isOwn ? getOwnClients(stanzas, bound) : getPresence(stanzas, jid),
    )
    await this.text(await renderContactPresence(presence, this.terminal()))
    return presence
  }
}
