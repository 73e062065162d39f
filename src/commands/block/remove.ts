import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {parseJid} from '../../jid.ts'
import {cleanLine} from '../../output/clean.ts'
import {unblock} from '../../protocol/blocking.ts'

export default class BlockRemove extends XmppCommand {
  static override strict = false
  static override summary = 'Unblock somebody, or a whole server'
  static override description = `Exactly what was blocked has to be named: see block list.`
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

  async run(): Promise<{unblocked: string[]}> {
    const {argv, flags} = await this.parse(BlockRemove)
    const unblocked = [...new Set((argv as string[]).map((jid) => parseJid(jid).full))]
    await this.session(flags, ({iq}) => unblock(iq, unblocked))
    await this.text(unblocked.map((jid) => `Unblocked ${cleanLine(jid)}`).join('\n'))
    return {unblocked}
  }
}
