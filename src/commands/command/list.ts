import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseJid} from '../../jid.ts'
import {renderCommands} from '../../output/command.ts'
import {listCommands} from '../../protocol/core/command.ts'
import type {DiscoItem} from '../../protocol/core/disco-items.ts'

export default class CommandList extends XmppCommand {
  static override summary = 'List the ad-hoc commands of a server, service or client'
  static override description =
    unwrap`A server lists only the commands that this account may run. Name a client with its resource.`
  static override args = {
    jid: Args.string({
      description: 'address that has the commands; default: the server of the account',
      ignoreStdin: true,
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> bot@example.com/service',
  ]

  async run(): Promise<{jid: string; commands: DiscoItem[]}> {
    const {args, flags} = await this.parse(CommandList)
    const to = args.jid === undefined ? undefined : parseJid(args.jid).full
    const settings = await this.settings(flags)
    const jid = to ?? settings.jid.domain
    const commands = await this.sessionWith(settings, flags, ({iq}) => listCommands(iq, jid))
    await this.text(await renderCommands(jid, commands, this.terminal()))
    return {jid, commands}
  }
}
