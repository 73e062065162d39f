import {jidOfAccount} from '../account/select-account.ts'
import {listState} from '../account/state/state.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {EXIT, Failure} from '../errors.ts'
import {type LogoutResult, renderLogout} from '../output/account.ts'
import {logoutArgs, logoutFlags} from '../services/logout/flags.ts'
import {logOut} from '../services/logout/log-out.ts'
import {revokeToken, type TokenOwner} from '../services/logout/revoke-tokens.ts'

export default class Logout extends XmppCommand {
  static override summary = 'Revoke the token and delete the stored password'
  static override description =
    unwrap`The server revokes the sign-in token, then the token and the password are deleted from this machine. The
account stays in the config file: xmpp accounts remove deletes it. Password files and commands that xmpp login did not
create are not changed.`
  static override args = logoutArgs
  static override flags = logoutFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> work',
    '<%= config.bin %> <%= command.id %> --all',
  ]

  protected override needsPassword = () => false

  async run(): Promise<LogoutResult> {
    const {args, flags} = await this.parse(Logout)
    if (flags.all && args.account !== undefined)
      throw new Failure('usage', '--all logs out every account: name no account', EXIT.usage)
    const jid = flags.all ? undefined : await this.#jidOf(args.account, flags)
    const {complete, ...logout} = await logOut({
      jid,
      loadConfig: () => this.loadConfig(flags),
      revoke: flags.local ? undefined : (owner) => this.#revoke(owner, flags),
    })
    const result = {jid: jid ?? null, ...logout}
    for (const {error, jid} of result.failed) this.failWith(error.about(jid))
    const [first] = result.failed
    if (!first || complete > 0) await this.text(renderLogout(result))
    return {...result, ...(first && {error: first.error.about(first.jid)})}
  }

  async #jidOf(account: string | undefined, flags: SharedFlags): Promise<string> {
    if (account === undefined) return (await this.settings(flags)).jid.bare
    const config = await this.loadConfig(flags)
    const withToken = (await listState(process.env)).map(({jid}) => jid)
    if (!config.accounts.has(account)) return jidOfAccount(account, config, withToken)
    const {XMPP_JID: _, ...env} = process.env // the argument overrides the variable
    return (await this.settings({...flags, account}, env)).jid.bare
  }

  async #revoke({account, jid, server}: TokenOwner, flags: SharedFlags): Promise<boolean> {
    const settings = await this.settings({...flags, account, jid}, process.env, server ?? null)
    return revokeToken(settings, (own) =>
      this.sessionWith(own, flags, ({bound}) => bound, {forget: true}),
    )
  }
}
