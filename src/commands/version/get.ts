import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseJid} from '../../jid.ts'
import {renderVersion} from '../../output/info.ts'
import {getVersion, type SoftwareVersion} from '../../protocol/core/version.ts'

export default class VersionGet extends XmppCommand {
  static override summary = 'Show the software of a server or a client'
  static override description =
    unwrap`Shows name, version and operating system (XEP-0092). Many clients and servers hide the operating system.`
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

  async run(): Promise<{jid: string} & SoftwareVersion> {
    const {args, flags} = await this.parse(VersionGet)
    const target = args.jid === undefined ? undefined : parseJid(args.jid).full
    const settings = await this.settings(flags)
    const jid = target ?? settings.jid.domain
    const result = await this.sessionWith(settings, flags, ({iq}) => getVersion(iq, jid))
    await this.text(renderVersion(result))
    return {jid, ...result}
  }
}
