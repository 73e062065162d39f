import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderSubscription} from '../../output/contact.ts'
import {approve, type SubscriptionResult} from '../../protocol/presence/subscription.ts'

export default class PresenceApprove extends XmppCommand {
  static override summary = 'Approve a presence subscription'
  static override description =
    unwrap`Allows the contact to see the presence of this account. If the contact has not asked yet, the subscription
is approved in advance if the server supports it (RFC 6121, pre-approval); otherwise the exit code is 67.`
  static override args = {
    jid: Args.string({
      required: true,
      description: 'contact that asked',
      ignoreStdin: true,
    }),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> juliet@example.com']

  async run(): Promise<SubscriptionResult> {
    const {args, flags} = await this.parse(PresenceApprove)
    const jid = bareJid(args.jid)
    const result = await this.session(flags, ({bound, stanzas}) => approve(stanzas, bound, jid))
    await this.text(renderSubscription(result))
    return result
  }
}
