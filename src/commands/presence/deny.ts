import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderSubscription} from '../../output/contact.ts'
import {deny, type SubscriptionResult} from '../../protocol/presence/subscription.ts'

export default class PresenceDeny extends XmppCommand {
  static override summary = 'Refuse or cancel a presence subscription'
  static override description =
    unwrap`Refuses a request, or cancels the subscription of the contact. The contact is notified and may ask again;
block add prevents that. If there is neither a request nor a subscription, the exit code is 67. Requests are not in
the roster: to find one, the account becomes available for a moment, as with presence requests.`
  static override args = {
    jid: Args.string({
      required: true,
      description: 'contact that asked or is subscribed',
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
