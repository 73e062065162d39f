import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderSubscription} from '../../output/contact.ts'
import {type SubscriptionResult, subscribe} from '../../protocol/presence/subscription.ts'
import {trackRoster} from '../../protocol/roster/live-roster.ts'
import {rejectOwnJid} from '../../services/roster/reject-own-jid.ts'

export default class PresenceSubscribe extends XmppCommand {
  static override summary = 'Request a presence subscription'
  static override description =
    unwrap`The contact may answer days later. Until then roster list shows the request as pending, and listen prints
the answer when it arrives. A pending request is sent again only with --message.`
  static override args = {
    jid: Args.string({required: true, description: 'contact to ask', ignoreStdin: true}),
  }
  static override flags = {
    message: Flags.string({summary: 'text to send with the request', helpValue: 'TEXT'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com --message "It is Romeo"',
  ]

  async run(): Promise<SubscriptionResult> {
    const {args, flags} = await this.parse(PresenceSubscribe)
    const jid = bareJid(args.jid)
    const settings = await this.settings(flags)
    rejectOwnJid(jid, settings, `Its other clients: xmpp presence get ${jid}`)
    const result = await this.sessionWith(settings, flags, async ({bound, stanzas}) =>
      subscribe(stanzas, await trackRoster(stanzas, bound), jid, flags.message),
    )
    await this.text(renderSubscription(result))
    return result
  }
}
