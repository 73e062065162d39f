import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {bareJid} from '../../jid.ts'
import {cleanLine} from '../../output/clean.ts'
import {getNick} from '../../protocol/nick.ts'

export default class NickGet extends XmppCommand {
  static override summary = 'Show what somebody calls themselves'
  static override args = {
    jid: Args.string({description: 'who; default: we', ignoreStdin: true}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> juliet@example.com']

  async run(): Promise<{nick: string | null}> {
    const {args, flags} = await this.parse(NickGet)
    const to = args.jid === undefined ? undefined : bareJid(args.jid)
    const nick = await this.session(flags, ({iq}) => getNick(iq, to))
    if (nick === null) this.warning('There is no nickname, or none for us to see', flags)
    else await this.text(cleanLine(nick))
    return {nick}
  }
}
