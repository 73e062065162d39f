import {Args, Flags} from '@oclif/core'
import {loadConfig} from '../account/config.ts'
import {isStoredByUs, STORES} from '../account/secret-store.ts'
import {type Settings, withPassword} from '../account/settings.ts'
import {withoutToken} from '../account/state.ts'
import {keepAccount} from '../account/stored.ts'
import {ask, canAsk} from '../cli/prompt.ts'
import {prose} from '../cli/prose.ts'
import {type SharedFlags, XmppCommand} from '../cli/xmpp-command.ts'
import {type LoginResult, renderLogin} from '../output/account.ts'

export default class Login extends XmppCommand {
  static override summary = 'Sign in once: try the password, and store the account'
  static override description =
    prose`Asks for what is missing. The account goes into the config file, with the
--server, --ca-file, --tls-pin and client certificate that were given; its
password goes into the keyring of the system where there is one, and else into
a file that only its owner can read. --account gives it a name of its own.`
  static override args = {
    jid: Args.string({description: 'JID to sign in as', ignoreStdin: true}),
  }
  static override flags = {
    store: Flags.option({
      options: STORES,
      summary: 'where the password goes; default: the keyring, else a file',
    })(),
    default: Flags.boolean({summary: 'use this account where none is named'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> bot@example.com --account ci --password-file secret --default',
    'pass show xmpp | <%= config.bin %> <%= command.id %> juliet@example.com --password-file -',
  ]

  async run(): Promise<LoginResult> {
    const {args, flags} = await this.parse(Login)
    const settings = await askAnew(await this.settings(await this.withJid(args.jid, flags)))
    const memory = withoutToken(settings.memory) // a token would prove nothing about the password
    const bound = await this.sessionWith({...settings, memory}, flags, ({bound}) => bound)
    const name = flags.account ?? settings.account ?? settings.jid.bare
    const account = {name, makeDefault: flags.default, store: flags.store}
    const {isDefault, store} = await keepAccount(settings, account)
    const {jid, mechanism} = bound
    const config = settings.config.file ?? ''
    const result = {account: name, jid, mechanism, default: isDefault, store, config}
    await this.text(renderLogin(result))
    return result
  }

  /** An account that is stored already is signed in to again; for a new one `--account` is its name to be. */
  private async withJid(argument: string | undefined, flags: SharedFlags): Promise<SharedFlags> {
    const {accounts} = await loadConfig(flags.config, process.env)
    const known = flags.account !== undefined && accounts.has(flags.account)
    if (known) return {...flags, jid: argument ?? flags.jid}
    const jid = argument ?? flags.jid ?? (process.env.XMPP_JID || undefined)
    const asked = {message: 'JID:', what: 'The JID', instead: 'the JID as argument'}
    return {...flags, account: undefined, jid: jid ?? (await ask(asked))}
  }
}

/** What an earlier login has stored may be what is wrong, so a person is asked again. */
async function askAnew(settings: Settings): Promise<Settings> {
  const {anonymous, jid, secret, trust} = settings
  if (anonymous || trust.cert !== undefined) return settings
  if (secret.kind === 'prompt') await settings.password()
  if (!isStoredByUs(settings) || !canAsk()) return settings
  const password = await ask({
    message: `Password of ${jid.bare}:`,
    what: 'The password',
    instead: 'XMPP_PASSWORD',
    secret: true,
  })
  return withPassword(settings, password)
}
