import {Flags} from '@oclif/core'
import {refuseAnonymous} from '../../account/refuse-anonymous.ts'
import {checkReplaceable, replacePassword} from '../../account/secrets/stored-password.ts'
import {newCleanupReport} from '../../account/state/cleanup-report.ts'
import {deleteState, readOnly} from '../../account/state/state.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {canAsk} from '../../cli/terminal/prompt.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {type PasswordSetResult, renderPasswordSet} from '../../output/register.ts'
import {changePassword} from '../../protocol/registration/register.ts'
import {readNewPassword} from '../../services/password/new-password.ts'
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

  protected override holdsOpen = canAsk // the prompt for the new password has no time limit

  async run(): Promise<PasswordSetResult> {
    const {flags} = await this.parse(PasswordSet)
    const settings = await this.settings(flags)
    refuseAnonymous(settings)
    const {config, jid} = settings
    const {domain, local: username = ''} = jid
    await checkReplaceable(jid.bare, config, process.env)
    const file = flags['new-password-file']
    const choose = () => readNewPassword(file, jid.bare, this.timeLimit(flags))
    let password = file === undefined && canAsk() ? undefined : await choose()
    // Some servers accept a token after a change of the password, so the token is revoked.
    const own = {...settings, memory: readOnly(settings.memory)}
    const change = async ({bound, iq}: Session): Promise<string> => {
      await bound // the prompt appears only after the sign-in
      password ??= await choose()
      await changePassword(iq, {domain, password, username})
      return password
    }
    const changed = await this.sessionWith(own, flags, change, {forget: true})
    const report = newCleanupReport()
    await report.attempt('the old token', () => deleteState(process.env, jid.bare))
    const stored = await replacePassword(jid.bare, changed, config, process.env)
    const error = report.failure(`The password of ${jid.bare} is changed`)
    if (error) this.failWith(error)
    const result = {jid: jid.bare, stored, ...(error && {error})}
    await this.text(renderPasswordSet(result))
    return result
  }
}
