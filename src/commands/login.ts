import {Args, Flags} from '@oclif/core'
import {checkName} from '../account/accounts.ts'
import {assertSameJid, saveAccount} from '../account/save-account.ts'
import {checkPassword} from '../account/secrets/password-rules.ts'
import {isStoredByUs, STORES} from '../account/secrets/save-password.ts'
import {type Settings, withPassword} from '../account/settings.ts'
import type {Env} from '../account/state/directories.ts'
import {deferred, withoutToken} from '../account/state/state.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {promptForUsername, resolveJidArgument} from '../cli/terminal/account-prompts.ts'
import {ask, canAsk} from '../cli/terminal/prompt.ts'
import {unwrap} from '../cli/unwrap.ts'
import {type LoginResult, renderLogin} from '../output/account.ts'

export default class Login extends XmppCommand {
  static override summary = 'Check a password and store the account'
  static override description =
    unwrap`Prompts for missing values. The account is stored in the config file, with the given --server, --ca-file,
--tls-pin and client certificate. The password is stored in the keyring of the system, or, without a keyring, in a
file that only its owner can read. --account sets the name of the account.`
  static override args = {
    jid: Args.string({description: 'JID to sign in as', ignoreStdin: true}),
  }
  static override flags = {
    store: Flags.option({
      options: STORES,
      summary: 'where to store the password; default: the keyring, else a file',
    })(),
    default: Flags.boolean({summary: 'use this account when no account is named'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> bot@example.com --account ci --password-file secret --default',
    'pass show xmpp | <%= config.bin %> <%= command.id %> juliet@example.com --password-file -',
  ]

  protected override allowMissingConfig = () => true

  async run(): Promise<LoginResult> {
    const {args, flags} = await this.parse(Login)
    if (flags.account !== undefined) checkName(flags.account)
    const given = await this.settings(...(await this.known(args.jid, flags)))
    const {account, config, jid} = given
    const {XMPP_ACCOUNT: variable = ''} = process.env
    const fresh = config.accounts.has(variable) ? '' : variable
    const name = flags.account ?? (fresh || account || jid.bare)
    assertSameJid(name, jid.bare, config)
    const settings = await this.askAnew(given, flags)
    // A token would prove nothing about the password, and is of no use where the account cannot be stored.
    const memory = deferred(withoutToken(settings.memory))
    const bound = await this.sessionWith({...settings, memory}, flags, ({bound}) => bound)
    const kept = await saveAccount(settings, {name, makeDefault: flags.default, store: flags.store})
    await memory.commit()
    const {isDefault, left, store} = kept
    const result = {
      account: name,
      jid: bound.jid,
      mechanism: bound.mechanism,
      default: isDefault,
      store,
      config: config.file ?? '',
    }
    await this.text(renderLogin(result, kept))
    if (left) this.warning(left.message, flags)
    return result
  }

  /** An account that is stored already is signed in to again; for a new one its name is one to be. */
  private async known(
    argument: string | undefined,
    flags: SharedFlags,
  ): Promise<[SharedFlags, Env]> {
    const {XMPP_ACCOUNT: variable, ...env} = process.env
    const {accounts} = await this.loadConfig(flags, true)
    const given = resolveJidArgument(argument, flags.jid)
    const name = flags.account ?? (variable || undefined)
    if (name !== undefined && accounts.has(name)) return [{...flags, jid: given}, process.env]
    const jid =
      given ?? (env.XMPP_JID || (await promptForUsername('JID:', this.givenTimeLimit(flags))))
    return [{...flags, account: undefined, jid}, env]
  }

  /** What an earlier login has stored may be what is wrong, so a person is asked again. */
  private async askAnew(settings: Settings, flags: SharedFlags): Promise<Settings> {
    const {anonymous, jid, secret, trust} = settings
    if (anonymous || trust.cert !== undefined) return settings
    if (secret.kind === 'prompt') await settings.password()
    if (!isStoredByUs(settings) || !canAsk()) return settings
    const message = `Password of ${jid.bare}:`
    const signal = this.givenTimeLimit(flags)
    const password = await ask({
      ...{message, valueName: 'The password', instead: 'XMPP_PASSWORD'},
      ...{secret: true, signal},
    })
    await checkPassword(password, 'the terminal')
    return withPassword(settings, password)
  }
}
