import {Args, Flags} from '@oclif/core'
import {loadConfig} from '../account/config.ts'
import {forgetState, listState} from '../account/state.ts'
import {forgetPassword} from '../account/stored.ts'
import {prose} from '../cli/prose.ts'
import {type SharedFlags, XmppCommand} from '../cli/xmpp-command.ts'
import {EXIT, Failure, toFailure} from '../errors.ts'
import {parseJid} from '../jid.ts'
import {type LogoutResult, renderLogout} from '../output/account.ts'
import {failureOf} from '../output/failure.ts'

interface Revocation {
  jid: string
  revoked: boolean
  error: Failure | null
}

export default class Logout extends XmppCommand {
  static override summary = 'Sign out: give back the token, forget the password'
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
    const revocations = flags.local ? [] : await this.revokeAll(jid, flags)
    const failed = revocations.flatMap(({error, jid}) => (error ? [{jid, error}] : []))
    // What could not be given back stays, so that it can be later.
    const kept = failed.map(({jid}) => jid)
    await forgetState(process.env, jid, kept)
    const config = await loadConfig(flags.config, process.env)
    const left: string[] = []
    for (const [name, table] of config.accounts) {
      const own = table.jid === undefined ? undefined : parseJid(table.jid).bare
      if (own === undefined || (jid !== undefined && own !== jid) || kept.includes(own)) continue
      // The file changes with each account that is left, so it is read anew.
      await forgetPassword(name, own, await loadConfig(flags.config, process.env), process.env)
      left.push(name)
    }
    const tokens = revocations.filter(({revoked}) => revoked).length
    const result = {jid: jid ?? null, accounts: left, tokens, failed}
    for (const {error, jid} of failed) this.failWith(failureOf(jid, error))
    if (failed.length < Math.max(1, revocations.length)) await this.text(renderLogout(result))
    return result
  }

  /** One account that cannot be signed out of is the failure of it all; with --all the others still are. */
  private async revokeAll(jid: string | undefined, flags: SharedFlags): Promise<Revocation[]> {
    const revocations: Revocation[] = []
    for (const entry of await listState(process.env, jid)) {
      try {
        const revoked = await this.revoke({...flags, account: undefined, ...entry})
        revocations.push({jid: entry.jid, revoked, error: null})
      } catch (error) {
        if (jid !== undefined) throw error
        revocations.push({jid: entry.jid, revoked: false, error: toFailure(error)})
      }
    }
    return revocations
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
