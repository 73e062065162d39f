import {Flags} from '@oclif/core'
import {updateSecret} from '../../account/secret-store.ts'
import {forgetState, keepNothing} from '../../account/state.ts'
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
    const {account, config, jid} = settings
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
    await forgetState(process.env, jid.bare)
    const table = account === undefined ? {} : (config.accounts.get(account) ?? {})
    const stored = await updateSecret(jid.bare, password, table, config, process.env)
    const result = {jid: jid.bare, stored}
    await this.text(renderPasswordSet(result))
    return result
  }
}
