import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {heldSpellings} from '../../held-jid.ts'
import {renderBlockItem} from '../../output/block.ts'
import {type BlockItem, setBlocked} from '../../protocol/roster/blocking.ts'
import {blockArgs} from '../../services/block/args.ts'

export default class BlockRemove extends XmppCommand {
  static override strict = false
  static override summary = 'Unblock a JID or a whole domain'
  static override description =
    unwrap`Write each JID as in the output of block list. A JID that is not blocked is an error (67).`
  static override args = blockArgs
  static override examples = [
    '<%= config.bin %> <%= command.id %> tybalt@example.com',
    '<%= config.bin %> <%= command.id %> spam.example',
  ]

  async run(): Promise<{unblocked: string[]; items: Unblocked[]}> {
    const {argv, flags} = await this.parse(BlockRemove)
    const unblocked = [...new Set((argv as string[]).map((jid) => heldSpellings(jid)[0] ?? jid))]
    const done = await this.session(flags, ({iq}) => setBlocked(iq, unblocked, 'unblocked'))
    const items = done.map((item) => ({...item, error: errorOf(item)}))
    await this.printResults(items, ({jid}) => jid, renderBlockItem)
    return {unblocked, items}
  }
}

type Unblocked = BlockItem & {error: Failure | null}

/** Like `roster remove`: removing an entry that does not exist is an error. */
function errorOf({state}: BlockItem): Failure | null {
  if (state !== 'unchanged') return null
  return new Failure('item-not-found', 'The JID is not blocked', EXIT.noUser, {
    stage: 'request',
    hint: 'See the blocked JIDs with: xmpp block list',
  })
}
