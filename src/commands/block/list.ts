import {XmppCommand} from '../../cli/base-command.ts'
import {renderBlocklist} from '../../output/block.ts'
import {getBlocklist} from '../../protocol/roster/blocking.ts'

export default class BlockList extends XmppCommand {
  static override summary = 'List blocked JIDs and domains'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<{blocked: string[]}> {
    const {flags} = await this.parse(BlockList)
    const blocked = await this.session(flags, ({iq}) => getBlocklist(iq))
    await this.text(renderBlocklist(blocked, this.terminal()))
    return {blocked}
  }
}
