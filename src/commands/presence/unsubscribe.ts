import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderSubscription} from '../../output/contact.ts'
import {type SubscriptionResult, unsubscribe} from '../../protocol/presence/subscription.ts'

export default class PresenceUnsubscribe extends XmppCommand {
  static override summary = 'Cancel a presence subscription to a contact'
  static override description =
    unwrap`Also withdraws a pending request. The contact stays in the roster, and its own subscription to this account
does not change: see presence deny and roster remove.`
  static override args = {
    jid: Args.string({required: true, description: 'contact, a JID', ignoreStdin: true}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> juliet@example.com']

  async run(): Promise<SubscriptionResult> {
    const {args, flags} = await this.parse(PresenceUnsubscribe)
    const jid = bareJid(args.jid)
    const result = await this.session(flags, ({bound, stanzas}) => unsubscribe(stanzas, bound, jid))
    await this.text(renderSubscription(result))
    return result
  }
}
