import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderNickChange} from '../../output/vcard.ts'
import {checkText} from '../../protocol/core/text.ts'
import {setNick} from '../../protocol/roster/nick.ts'

export default class NickSet extends XmppCommand {
  static override summary = 'Set the nickname of this account'
  static override description =
    unwrap`Contacts that see the presence of this account are notified (XEP-0172).`
  static override args = {
    nick: Args.string({
      required: true,
      description: 'nickname; "" removes it',
      ignoreStdin: true,
    }),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> Jules']

  async run(): Promise<{nick: string | null}> {
    const {args, flags} = await this.parse(NickSet)
    const nick = checkText(args.nick, 'The nickname') || null
    await this.session(flags, ({iq}) => setNick(iq, nick))
    await this.text(renderNickChange(nick))
    return {nick}
  }
}
