import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderRequests} from '../../output/presence.ts'
import {getRequests, type SubscriptionRequest} from '../../protocol/presence/subscription.ts'

export default class PresenceRequests extends XmppCommand {
  static override summary = 'List pending presence subscription requests'
  static override description =
    unwrap`Servers send these requests only to available clients, so contacts see this account as available for a
moment. Stored messages stay on the server. Answer with presence approve or presence deny.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r ".requests[].jid"',
  ]

  async run(): Promise<{requests: SubscriptionRequest[]}> {
    const {flags} = await this.parse(PresenceRequests)
    const requests = await this.session(flags, ({stanzas}) => getRequests(stanzas))
    await this.text(await renderRequests(requests, this.terminal()))
    return {requests}
  }
}
