import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {heldSpellings} from '../../held-jid.ts'
import {renderBlockItem} from '../../output/block.ts'
import {type BlockItem, setBlocked} from '../../protocol/roster/blocking.ts'
import {blockArgs} from '../../services/block/args.ts'

export default class BlockAdd extends XmppCommand {
  static override strict = false
  static override summary = 'Block a JID or a whole domain'
  static override description =
    unwrap`The server no longer delivers messages or presence from a blocked JID to this account, or from this account
to it. The blocked contact is not notified, and sees this account as offline.`
  static override args = blockArgs
  static override examples = [
    '<%= config.bin %> <%= command.id %> tybalt@example.com',
    '<%= config.bin %> <%= command.id %> spam.example',
  ]

  async run(): Promise<{blocked: string[]; items: BlockItem[]}> {
    const {argv, flags} = await this.parse(BlockAdd)
    const blocked = [...new Set((argv as string[]).map((jid) => heldSpellings(jid).at(-1) ?? jid))]
    const items = await this.session(flags, ({iq}) => setBlocked(iq, blocked, 'blocked'))
    await this.text(items.map(renderBlockItem).join('\n'))
    return {blocked, items}
  }
}
