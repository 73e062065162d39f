import {addressArg, QueryCommand} from '../../cli/query-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderVersion} from '../../output/info.ts'
import {getVersion, type SoftwareVersion} from '../../protocol/core/version.ts'

export default class VersionGet extends QueryCommand {
  static override summary = 'Show the software of a server or a client'
  static override description =
    unwrap`Shows name, version and operating system (XEP-0092). Many clients and servers hide the operating system.`
  static override args = {jid: addressArg('server or client')}
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com/balcony',
  ]

  async run(): Promise<{jid: string} & SoftwareVersion> {
    const {args, flags} = await this.parse(VersionGet)
    const {answer, jid} = await this.query(args.jid, flags, getVersion)
    await this.text(renderVersion(answer))
    return {jid, ...answer}
  }
}
