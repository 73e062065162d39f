import {Flags} from '@oclif/core'
import {readPasswordLine} from '../../account/config/user-file.ts'
import {checkPassword} from '../../account/secrets/password-rules.ts'
import {checkReplaceable, replaceSecret} from '../../account/secrets/stored-password.ts'
import {newCleanupReport} from '../../account/state/cleanup-report.ts'
import {forgetState, readOnly} from '../../account/state/state.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {readStdin} from '../../cli/stdin.ts'
import {refuseAnonymous} from '../../cli/terminal/account-prompts.ts'
import {askNewPassword, canAsk} from '../../cli/terminal/prompt.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {type PasswordSetResult, renderPasswordSet} from '../../output/register.ts'
import {changePassword} from '../../protocol/registration/register.ts'
import type {Session} from '../../session/session.ts'

export default class PasswordSet extends XmppCommand {
  static override summary = 'Change the password of the account on its server'
  static override description =
    unwrap`A password that xmpp login has stored is replaced too. A password file or command that you created is not
changed: update it yourself.`
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

  // A person thinks about a new password as long as they like.
  protected override holdsOpen = canAsk

  async run(): Promise<PasswordSetResult> {
    const {flags} = await this.parse(PasswordSet)
    const settings = await this.settings(flags)
    refuseAnonymous(settings)
    const {config, jid} = settings
    const {domain, local: username = ''} = jid
    await checkReplaceable(jid.bare, config, process.env)
    let password = ''
    const choose = async (): Promise<void> => {
      const limit = this.timeLimit(flags)
      password = await newPassword(flags['new-password-file'], jid.bare, limit)
    }
    const isTyped = flags['new-password-file'] === undefined && canAsk()
    if (!isTyped) await choose()
    // Some servers let tokens outlive the password, so ours is given back.
    const own = {...settings, memory: readOnly(settings.memory)}
    const change = async ({bound, iq}: Session): Promise<void> => {
      await bound // whoever has no right to it is asked for nothing
      if (isTyped && password === '') await choose()
      await changePassword(iq, {domain, password, username})
    }
    await this.sessionWith(own, flags, change, {forget: true})
    const leftovers = newCleanupReport()
    await leftovers.attempt('the token of before', () => forgetState(process.env, jid.bare))
    const stored = await replaceSecret(jid.bare, password, config, process.env)
    const left = leftovers.failure(`The password of ${jid.bare} is changed`)
    if (left) this.failWith(left)
    const result = {jid: jid.bare, stored, ...(left && {error: left})}
    await this.text(renderPasswordSet(result))
    return result
  }
}

async function newPassword(file: string | undefined, jid: string, signal: AbortSignal) {
  const password =
    file === undefined
      ? await askNewPassword({
          message: `New password for ${jid}:`,
          valueName: 'The new password',
          instead: '--new-password-file FILE, or - for stdin',
          signal,
        })
      : await readPasswordLine(file, 'the password file', readStdin, signal)
  await checkPassword(password, file === undefined ? 'the terminal' : '--new-password-file')
  return password
}
