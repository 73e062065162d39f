import {Args, Flags} from '@oclif/core'
import {loadConfig} from '../account/config.ts'
import {forgetState, listState} from '../account/state.ts'
import {forgetPassword} from '../account/stored.ts'
import {prose} from '../cli/prose.ts'
import {type SharedFlags, XmppCommand} from '../cli/xmpp-command.ts'
import {EXIT, Failure} from '../errors.ts'
import {parseJid} from '../jid.ts'
import {type LogoutResult, renderLogout} from '../output/account.ts'

export default class Logout extends XmppCommand {
  static override summary = 'Give back the token and forget the password of an account'
  static override description =
    prose`The server takes back the token that stands for the password, then what is
stored here is removed. The account stays in the config file; xmpp accounts
remove takes it out. A password file or command of your own is not touched.`
  static override args = {
    account: Args.string({description: 'account to leave; default: as ever', ignoreStdin: true}),
  }
  static override flags = {
    all: Flags.boolean({summary: 'every account', exclusive: ['account']}),
    local: Flags.boolean({summary: 'only forget what is here; do not tell the server'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> work',
    '<%= config.bin %> <%= command.id %> --all',
  ]

  async run(): Promise<LogoutResult> {
    const {args, flags} = await this.parse(Logout)
    const jid = flags.all ? undefined : await this.jidOf(args.account, flags)
    let tokens = 0
    for (const entry of await listState(process.env, jid)) {
      if (!flags.local && (await this.revoke({...flags, account: undefined, ...entry}))) tokens++
    }
    await forgetState(process.env, jid)
    const config = await loadConfig(flags.config, process.env)
    const left: string[] = []
    for (const [name, table] of config.accounts) {
      const own = table.jid === undefined ? undefined : parseJid(table.jid).bare
      if (own === undefined || (jid !== undefined && own !== jid)) continue
      // The file changes with each account that is left, so it is read anew.
      await forgetPassword(name, own, await loadConfig(flags.config, process.env), process.env)
      left.push(name)
    }
    const result = {jid: jid ?? null, accounts: left, tokens}
    await this.text(renderLogout(result))
    return result
  }

  private async jidOf(account: string | undefined, flags: SharedFlags): Promise<string> {
    if (account === undefined) return (await this.settings(flags)).jid.bare
    const {XMPP_JID: _, ...env} = process.env // what is said here is meant
    return (await this.settings({...flags, account}, env)).jid.bare
  }

  /** Signs in a last time, with the token and nothing else. False when it was no good any more. */
  private async revoke(flags: SharedFlags): Promise<boolean> {
    const settings = await this.settings(flags)
    if (!(await settings.memory.load()).token) return false
    const refused = new Failure('token-refused', 'The token has ended before', EXIT.noPermission)
    const account = {...settings, password: () => Promise.reject(refused)}
    try {
      await this.sessionWith(account, flags, ({bound}) => bound, {forget: true})
      return true
    } catch (error) {
      if (error === refused) return false
      throw error
    }
  }
}
