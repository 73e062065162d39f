import {Flags} from '@oclif/core'
import {newLeftovers} from '../../account/leftovers.ts'
import {forgetState, keepNothing} from '../../account/state.ts'
import {checkReplaceable, replaceSecret} from '../../account/stored-secret.ts'
import {readPasswordLine} from '../../account/user-file.ts'
import {askNewPassword} from '../../cli/prompt.ts'
import {prose} from '../../cli/prose.ts'
import {readStdin} from '../../cli/stdin.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {type PasswordSetResult, renderPasswordSet} from '../../output/register.ts'
import {changePassword} from '../../protocol/register.ts'

export default class PasswordSet extends XmppCommand {
  static override summary = "Change the account's password on its server"
  static override description =
    prose`A password that xmpp login has stored is replaced as well. A password file or
command of your own is not: change what it gives yourself.`
  static override flags = {
    'new-password-file': Flags.string({
      summary: 'file whose first line is the new password, - for stdin',
      helpValue: 'FILE',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    'pass generate -n xmpp | <%= config.bin %> <%= command.id %> --new-password-file -',
  ]

  async run(): Promise<PasswordSetResult> {
    const {flags} = await this.parse(PasswordSet)
    const settings = await this.settings(flags)
    const {config, jid} = settings
    await checkReplaceable(jid.bare, config, process.env)
    const file = flags['new-password-file']
    const password =
      file === undefined
        ? await askNewPassword({
            message: `New password for ${jid.bare}:`,
            what: 'The new password',
            instead: '--new-password-file FILE, or - for stdin',
          })
        : await readPasswordLine(file, 'the password file', readStdin)
    const {domain, local: username = ''} = jid
    const change = {domain, password, username}
    // Some servers let tokens outlive the password, so ours is given back.
    const own = {...settings, memory: keepNothing(settings.memory)}
    await this.sessionWith(own, flags, ({iq}) => changePassword(iq, change), {forget: true})
    const leftovers = newLeftovers()
    await leftovers.attempt('the token of before', () => forgetState(process.env, jid.bare))
    const stored = await replaceSecret(jid.bare, password, config, process.env)
    const left = leftovers.failure(`The password of ${jid.bare} is changed`)
    if (left) this.failWith(left)
    const result = {jid: jid.bare, stored, ...(left && {error: left})}
    await this.text(renderPasswordSet(result))
    return result
  }
}
