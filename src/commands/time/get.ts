import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseJid} from '../../jid.ts'
import {renderTime} from '../../output/info.ts'
import {type ComparedTime, getTime} from '../../protocol/core/time.ts'

export default class TimeGet extends XmppCommand {
  static override summary = 'Show the time of a server or a client'
  static override description =
    unwrap`Shows the time in the time zone of the address (XEP-0202), and its difference from the clock of this computer.`
  static override args = {
    jid: Args.string({
      description: 'server or client; default: the server of this account',
      ignoreStdin: true,
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com/balcony',
  ]

  async run(): Promise<{jid: string} & ComparedTime> {
    const {args, flags} = await this.parse(TimeGet)
    const target = args.jid === undefined ? undefined : parseJid(args.jid).full
    const settings = await this.settings(flags)
    const jid = target ?? settings.jid.domain
    const result = await this.sessionWith(settings, flags, ({iq}) => getTime(iq, jid))
    await this.text(renderTime(result))
    return {jid, ...result}
  }
}
