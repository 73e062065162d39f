import {Args, Flags} from '@oclif/core'
import {forgetPassword} from '../account/accounts.ts'
import type {Config} from '../account/config/config.ts'
import {jidOfTable} from '../account/config/config.ts'
import {unknownAccount} from '../account/select-account.ts'
import {newCleanupReport} from '../account/state/cleanup-report.ts'
import {forgetState, listState} from '../account/state/state.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {EXIT, Failure, toFailure} from '../errors.ts'
import {type LogoutResult, renderLogout} from '../output/account.ts'

interface Revocation {
  jid: string
  revoked: boolean
  error: Failure | null
}

export default class Logout extends XmppCommand {
  static override summary = 'Revoke the token and delete the stored password'
  static override description =
    unwrap`The server revokes the sign-in token, then the token and the password are deleted from this machine. The
account stays in the config file: xmpp accounts remove deletes it. Password files and commands that xmpp login did not
create are not changed.`
  static override args = {
    account: Args.string({
      description: 'account name or JID; default: the account that other commands use',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    all: Flags.boolean({summary: 'every account', exclusive: ['account']}),
    local: Flags.boolean({summary: 'delete only from this machine; do not connect to the server'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> work',
    '<%= config.bin %> <%= command.id %> --all',
  ]

  protected override needsPassword = () => false

  async run(): Promise<LogoutResult> {
    const {args, flags} = await this.parse(Logout)
    if (flags.all && args.account !== undefined)
      throw new Failure('usage', '--all leaves every account: name none', EXIT.usage)
    const jid = flags.all ? undefined : await this.jidOf(args.account, flags)
    const revocations = flags.local ? [] : await this.revokeAll(jid, flags)
    const refused = revocations.flatMap(({error, jid}) => (error ? [{jid, error}] : []))
    // What could not be given back stays, so that it can be later.
    const kept = refused.map(({jid}) => jid)
    const {left, names, whole} = await forgetAll(
      () => this.loadConfig(flags),
      (own) => (jid === undefined ? !kept.includes(own) : own === jid),
    )
    const tokens = revocations.filter(({revoked}) => revoked).length
    const failed = [...refused, ...left]
    const [first] = failed
    const result = {jid: jid ?? null, accounts: names, tokens, failed}
    for (const {error, jid} of failed) this.failWith(error.about(jid))
    if (failed.length === 0 || whole > 0) await this.text(renderLogout(result))
    return {...result, ...(first && {error: first.error.about(first.jid)})}
  }

  /** One account that cannot be signed out of is the failure of it all, once every token had its turn; not so with --all. */
  private async revokeAll(jid: string | undefined, flags: SharedFlags): Promise<Revocation[]> {
    const revocations: Revocation[] = []
    const {accounts} = await this.loadConfig(flags)
    for (const entry of await listState(process.env, jid)) {
      try {
        // What else leads to that server, such as its CA, is in the table that names it.
        const [account] = [...accounts].flatMap(([name, table]) =>
          jidOfTable(table) === entry.jid && table.server === entry.server ? [name] : [],
        )
        const revoked = await this.revoke({...flags, account, jid: entry.jid}, entry.server)
        revocations.push({jid: entry.jid, revoked, error: null})
      } catch (error) {
        revocations.push({jid: entry.jid, revoked: false, error: toFailure(error)})
      }
    }
    const [failed] = revocations.flatMap(({error}) => error ?? [])
    if (jid !== undefined && failed) throw failed
    return revocations
  }

  private async jidOf(account: string | undefined, flags: SharedFlags): Promise<string> {
    if (account === undefined) return (await this.settings(flags)).jid.bare
    const config = await this.loadConfig(flags)
    if (!config.accounts.has(account)) {
      const jid = jidOfTable({jid: account})
      const known = [...config.accounts.values()].map(jidOfTable)
      if (
        jid === undefined ||
        (!known.includes(jid) && (await listState(process.env, jid)).length === 0)
      )
        throw unknownAccount({account}, config)
      return jid
    }
    const {XMPP_JID: _, ...env} = process.env // what is said here is meant
    return (await this.settings({...flags, account}, env)).jid.bare
  }

  /** Signs in a last time, with the token and nothing else. False when it was no good any more. */
  private async revoke(flags: SharedFlags, server: string | undefined): Promise<boolean> {
    const settings = await this.settings(flags, process.env, server ?? null)
    if (!(await settings.memory.load()).token) return false
    const refused = new Failure('token-refused', 'The token has ended before', EXIT.noPermission)
    const account = {
      ...settings,
      prepare: async () => {}, // no password is needed to give a token back
      password: () => Promise.reject(refused),
    }
    try {
      await this.sessionWith(account, flags, ({bound}) => bound, {forget: true})
      return true
    } catch (error) {
      if (error === refused) return false
      throw error
    }
  }
}

interface Left {
  jid: string
  error: Failure
}

/** Everything that is here of the JIDs that are meant. `names` are the accounts that have no stored password now. */
async function forgetAll(
  load: () => Promise<Config>,
  isMeant: (jid: string) => boolean,
): Promise<{names: string[]; left: Left[]; whole: number}> {
  const {accounts} = await load()
  const remembered = (await listState(process.env)).map(({jid}) => jid)
  const stored = [...accounts.values()].flatMap((table) => jidOfTable(table) ?? [])
  const names: string[] = []
  const left: Left[] = []
  let whole = 0
  for (const jid of new Set([...stored, ...remembered].filter(isMeant))) {
    const leftovers = newCleanupReport()
    await leftovers.attempt('what is remembered', () => forgetState(process.env, jid))
    for (const [name, table] of accounts) {
      if (jidOfTable(table) !== jid) continue
      // The file changes with each account that is left, so it is read anew.
      const config = await load()
      if (await forgetPassword(name, config, process.env, leftovers)) names.push(name)
    }
    const error = leftovers.failure('What could be removed is gone')
    if (error) left.push({jid, error})
    else whole++
  }
  return {names, left, whole}
}
