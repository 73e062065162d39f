import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderSubscription} from '../../output/contact.ts'
import {deny, type SubscriptionResult} from '../../protocol/presence/subscription.ts'

export default class PresenceDeny extends XmppCommand {
  static override summary = 'Do not let somebody see our presence'
  static override description =
    unwrap`Refuses a request, or ends the subscription that the contact has. They are told, and may ask again:
see block add. If there is neither, the exit status is 67. A request is not in the roster: to find it, the account becomes
available for an instant, as for presence requests.`
  static override args = {
    jid: Args.string({
      required: true,
      description: 'who asked, or sees our presence now; a JID',
      ignoreStdin: true,
    }),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> juliet@example.com']

  async run(): Promise<SubscriptionResult> {
    const {args, flags} = await this.parse(PresenceDeny)
    const jid = bareJid(args.jid)
    const result = await this.session(flags, ({bound, stanzas}) => deny(stanzas, bound, jid))
    await this.text(renderSubscription(result))
    return result
  }
}
