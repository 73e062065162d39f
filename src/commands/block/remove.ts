import {blockArgs} from '../../cli/block-args.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {heldSpellings} from '../../jid.ts'
import {renderBlockItems} from '../../output/block.ts'
import {type BlockItem, setBlocked} from '../../protocol/blocking.ts'

export default class BlockRemove extends XmppCommand {
  static override strict = false
  static override summary = 'Unblock somebody, or a whole server'
  static override description = `Exactly what was blocked has to be named: see block list.`
  static override args = blockArgs
  static override examples = [
    '<%= config.bin %> <%= command.id %> tybalt@example.com',
    '<%= config.bin %> <%= command.id %> spam.example',
  ]

  async run(): Promise<{unblocked: string[]; items: BlockItem[]}> {
    const {argv, flags} = await this.parse(BlockRemove)
    const unblocked = [...new Set((argv as string[]).map((jid) => heldSpellings(jid)[0] ?? jid))]
    const items = await this.session(flags, ({iq}) => setBlocked(iq, unblocked, 'unblocked'))
    await this.text(renderBlockItems(items, 'Not blocked:'))
    return {unblocked, items}
  }
}
