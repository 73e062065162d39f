import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJid} from '../../jid.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {getNick} from '../../protocol/roster/nick.ts'

export default class NickGet extends XmppCommand {
  static override summary = 'Show the nickname of a contact or of this account'
  static override description =
    unwrap`The exit code is 67 if there is no nickname, or if this account may not see it.`
  static override args = {
    jid: Args.string({description: 'contact; default: this account', ignoreStdin: true}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> juliet@example.com']

  async run(): Promise<{nick: string}> {
    const {args, flags} = await this.parse(NickGet)
    const to = args.jid === undefined ? undefined : bareJid(args.jid)
    const nick = await this.session(flags, ({iq}) => getNick(iq, to))
    if (nick === null) throw noNick(to)
    await this.text(sanitizeLine(nick))
    return {nick}
  }
}

function noNick(jid: string | undefined): Failure {
  const problem =
    jid === undefined ? 'This account has no nickname' : `${jid} has no visible nickname`
  return new Failure('no-nick', problem, EXIT.noUser, {
    stage: 'request',
    ...(jid === undefined && {hint: 'Set one with: xmpp nick set NICK'}),
  })
}
