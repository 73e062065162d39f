import {addressArg, nodeFlag, QueryCommand} from '../../cli/query-command.ts'
import {renderExtendedInfo} from '../../output/info.ts'
import {type ExtendedInfo, getExtendedInfo} from '../../protocol/core/disco-forms.ts'

export default class DiscoInfoCommand extends QueryCommand {
  static override summary = 'List identities, features and forms of an address'
  static override args = {jid: addressArg('address to ask')}
  static override flags = {node: nodeFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> conference.example.com',
  ]

  async run(): Promise<{jid: string; node: string | null} & ExtendedInfo> {
    const {args, flags} = await this.parse(DiscoInfoCommand)
    const {answer, jid} = await this.query(args.jid, flags, (iq, jid) =>
      getExtendedInfo(iq, jid, flags.node),
    )
    await this.text(await renderExtendedInfo(answer, this.terminal()))
    return {jid, node: flags.node ?? null, ...answer}
  }
}
