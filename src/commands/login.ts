import {Args} from '@oclif/core'
import {checkName} from '../account/accounts.ts'
import {assertSameJid, saveAccount} from '../account/save-account.ts'
import {deferred, withoutToken} from '../account/state/state.ts'
import {XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {type LoginResult, renderLogin} from '../output/account.ts'
import {loginFlags} from '../services/login/flags.ts'
import {promptForStoredPassword} from '../services/login/login-password.ts'
import {loginName, selectLogin} from '../services/login/select-login.ts'

export default class Login extends XmppCommand {
  static override summary = 'Check a password and store the account'
  static override description =
    unwrap`Prompts for missing values. The account is stored in the config file, with the given --server, --ca-file,
--tls-pin and client certificate. The password is stored in the keyring of the system, or, without a keyring, in a
file that only its owner can read. --account sets the name of the account.`
  static override args = {
    jid: Args.string({description: 'JID to sign in as', ignoreStdin: true}),
  }
  static override flags = loginFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> bot@example.com --account ci --password-file secret --default',
    'pass show xmpp | <%= config.bin %> <%= command.id %> juliet@example.com --password-file -',
  ]

  protected override allowMissingConfig = () => true

  async run(): Promise<LoginResult> {
    const {args, flags} = await this.parse(Login)
    if (flags.account !== undefined) checkName(flags.account)
    const limit = this.givenTimeLimit(flags)
    const config = await this.loadConfig(flags)
    const given = await this.settings(...(await selectLogin(args.jid, flags, config, limit)))
    const name = loginName(flags, given)
    assertSameJid(name, given.jid.bare, given.config)
    const settings = await promptForStoredPassword(given, limit)
    // A token would not prove the password, and must not be saved if the account cannot be stored.
    const memory = deferred(withoutToken(settings.memory))
    const {jid, mechanism} = await this.sessionWith(
      {...settings, memory},
      flags,
      ({bound}) => bound,
    )
    const saved = await saveAccount(settings, {
      name,
      makeDefault: flags.default,
      store: flags.store,
    })
    await memory.commit()
    const {isDefault, left, store} = saved
    const file = given.config.file ?? ''
    const result = {account: name, jid, mechanism, default: isDefault, store, config: file}
    await this.text(renderLogin(result, saved))
    if (left) this.warning(left.message)
    return result
  }
}
