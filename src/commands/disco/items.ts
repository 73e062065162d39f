import {addressArg, nodeFlag, QueryCommand} from '../../cli/query-command.ts'
import {renderItems} from '../../output/info.ts'
import {type DiscoItem, getDiscoItems} from '../../protocol/core/disco-items.ts'

export default class DiscoItemsCommand extends QueryCommand {
  static override summary = 'List the items of an address, such as rooms or services'
  static override args = {jid: addressArg('address to ask')}
  static override flags = {node: nodeFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> conference.example.com',
  ]

  async run(): Promise<{jid: string; node: string | null; items: DiscoItem[]}> {
    const {args, flags} = await this.parse(DiscoItemsCommand)
    const {answer: items, jid} = await this.query(args.jid, flags, (iq, jid) =>
      getDiscoItems(iq, jid, flags.node),
    )
    await this.text(await renderItems(items, this.terminal()))
    return {jid, node: flags.node ?? null, items}
  }
}
