import {Args} from '@oclif/core'
import {prose} from '../../cli/prose.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {parseJid} from '../../jid.ts'
import {cleanLine} from '../../output/clean.ts'
import {block} from '../../protocol/blocking.ts'

export default class BlockAdd extends XmppCommand {
  static override strict = false
  static override summary = 'Block somebody, or a whole server'
  static override description =
    prose`Nothing from there reaches the account any more, and nothing from the account gets there: neither
messages nor presence. They are not told; to them we are offline.`
  static override args = {
    jid: Args.string({
      required: true,
      description: 'JID, or a whole domain; may be followed by more',
      ignoreStdin: true,
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> tybalt@example.com',
    '<%= config.bin %> <%= command.id %> spam.example',
  ]

  async run(): Promise<{blocked: string[]}> {
    const {argv, flags} = await this.parse(BlockAdd)
    const blocked = [...new Set((argv as string[]).map((jid) => parseJid(jid).full))]
    await this.session(flags, ({iq}) => block(iq, blocked))
    await this.text(blocked.map((jid) => `Blocked ${cleanLine(jid)}`).join('\n'))
    return {blocked}
  }
}
