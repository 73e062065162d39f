import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseJid} from '../../jid.ts'
import {renderLast} from '../../output/info.ts'
import {getLastActivity, type LastActivity} from '../../protocol/core/last-activity.ts'

export default class LastGet extends XmppCommand {
  static override summary = 'Show the last activity of a user, a client or a server'
  static override description =
    unwrap`Shows how long a client has been idle, how long ago a user was online, or how long a server has been running
(XEP-0012). For a user, the server requires a subscription to the presence of the user.`
  static override args = {
    jid: Args.string({
      description: 'user, client or server; default: the server of this account',
      ignoreStdin: true,
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com/balcony',
  ]

  async run(): Promise<{jid: string} & LastActivity> {
    const {args, flags} = await this.parse(LastGet)
    const target = args.jid === undefined ? undefined : parseJid(args.jid).full
    const settings = await this.settings(flags)
    const jid = target ?? settings.jid.domain
    const result = await this.sessionWith(settings, flags, ({iq}) => getLastActivity(iq, jid))
    await this.text(renderLast(jid, result))
    return {jid, ...result}
  }
}
