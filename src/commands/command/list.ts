import {addressArg, QueryCommand} from '../../cli/query-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderCommands} from '../../output/command.ts'
import {listCommands} from '../../protocol/core/command.ts'
import type {DiscoItem} from '../../protocol/core/disco-items.ts'

export default class CommandList extends QueryCommand {
  static override summary = 'List the ad-hoc commands of a server, service or client'
  static override description =
    unwrap`A server lists only the commands that this account may run. Name a client with its resource.`
  static override args = {jid: addressArg('address that has the commands')}
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> bot@example.com/service',
  ]

  async run(): Promise<{jid: string; commands: DiscoItem[]}> {
    const {args, flags} = await this.parse(CommandList)
    const {answer: commands, jid} = await this.query(args.jid, flags, listCommands)
    await this.text(await renderCommands(jid, commands, this.terminal()))
    return {jid, commands}
  }
}
