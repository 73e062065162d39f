import {addressArg, QueryCommand} from '../../cli/query-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderLast} from '../../output/info.ts'
import {getLastActivity, type LastActivity} from '../../protocol/core/last-activity.ts'

export default class LastGet extends QueryCommand {
  static override summary = 'Show the last activity of a user, a client or a server'
  static override description =
    unwrap`Shows how long a client has been idle, how long ago a user was online, or how long a server has been running
(XEP-0012). For a user, the server requires a subscription to the presence of the user.`
  static override args = {jid: addressArg('user, client or server')}
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com/balcony',
  ]

  async run(): Promise<{jid: string} & LastActivity> {
    const {args, flags} = await this.parse(LastGet)
    const {answer, jid} = await this.query(args.jid, flags, getLastActivity)
    await this.text(renderLast(jid, answer))
    return {jid, ...answer}
  }
}
