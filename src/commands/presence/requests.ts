import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderRequests} from '../../output/presence.ts'
import {getRequests, type SubscriptionRequest} from '../../protocol/presence/subscription.ts'

export default class PresenceRequests extends XmppCommand {
  static override summary = 'List who asks to see our presence'
  static override description =
    unwrap`Servers hand these requests out to clients that are available, so contacts see the account become
available for an instant. Messages that wait go on waiting.
Answer with presence approve or presence deny.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r ".requests[].jid"',
  ]

  async run(): Promise<{requests: SubscriptionRequest[]}> {
    const {flags} = await this.parse(PresenceRequests)
    const requests = await this.session(flags, ({stanzas}) => getRequests(stanzas))
    if (requests.length > 0) await this.text(await renderRequests(requests, this.terminal()))
    else this.warning('No request waits for an answer', flags)
    return {requests}
  }
}
