import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {parseJid} from '../../jid.ts'
import {renderItems} from '../../output/info.ts'
import {type DiscoItem, getDiscoItems} from '../../protocol/core/disco-items.ts'

export default class DiscoItemsCommand extends XmppCommand {
  static override summary = 'List the items of an address, such as rooms or services'
  static override args = {
    jid: Args.string({
      description: 'address to ask; default: the server of this account',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    node: Flags.string({summary: 'ask for this node of the address', helpValue: 'NODE'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> conference.example.com',
  ]

  async run(): Promise<{jid: string; node: string | null; items: DiscoItem[]}> {
    const {args, flags} = await this.parse(DiscoItemsCommand)
    const target = args.jid === undefined ? undefined : parseJid(args.jid).full
    const settings = await this.settings(flags)
    const jid = target ?? settings.jid.domain
    const items = await this.sessionWith(settings, flags, ({iq}) =>
      getDiscoItems(iq, jid, flags.node),
    )
    await this.text(await renderItems(items, this.terminal()))
    return {jid, node: flags.node ?? null, items}
  }
}
