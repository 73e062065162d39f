import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderSubscription} from '../../output/contact.ts'
import {approve, type SubscriptionResult} from '../../protocol/presence/subscription.ts'

export default class PresenceApprove extends XmppCommand {
  static override summary = 'Let somebody see our presence'
  static override description =
    unwrap`Answers a request. Where none has come yet, the permission is given in advance if the server keeps it
(RFC 6121, pre-approval); if it does not, the exit status is 67.`
  static override args = {
    jid: Args.string({required: true, description: 'who asked, a JID', ignoreStdin: true}),
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
