/** Selects the account of the config file, and its JID. */
import {EXIT, Failure} from '../errors.ts'
import {type Jid, parseJid} from '../jid.ts'
import type {Config} from './config/config.ts'
import {jidOfTable} from './config/config.ts'
import {lookup, type Value, withConfigErrors} from './config/lookup.ts'
import type {AccountFlags} from './config/options.ts'
import type {Env} from './state/directories.ts'

export interface SelectedAccount {
  /** The name of the account's table; undefined if the run uses no table. */
  account: string | undefined
  jid: Jid
  jidSource: Value<string>
  accountSource: string | undefined
}

interface NamedAccount {
  account: string
  origin: string
  /** 0 for a flag, 1 for a variable. A JID of a lower rank overrides the account. */
  rank: number
}

/**
 * A password must never go to another account's server. So a JID given by itself brings along only
 * the table that has the same JID, and one that contradicts the named account is refused.
 */
export function chooseAccount(flags: AccountFlags, env: Env, config: Config): SelectedAccount {
  const named = namedAccount(flags, env)
  if (named && !config.accounts.has(named.account)) throw unknownAccount(named, config)
  const given = lookup('jid', {flags, env, config: {...config, defaults: {}}, account: undefined})
  if (given) {
    const jid = withConfigErrors(given, parseJid)
    const rank = given.level === 'flag' ? 0 : 1
    const bound = named && named.rank <= rank ? named : undefined
    if (!bound) {
      const account = accountWith(jid.bare, config)
      return {account, jid, jidSource: given, accountSource: account && given.origin}
    }
    const table = ownJid(bound.account, config)
    if (table && table.jid.bare !== jid.bare) throw contradiction(given, bound, table.jid)
    return {account: bound.account, jid, jidSource: given, accountSource: bound.origin}
  }
  const account = named?.account ?? config.defaultAccount ?? onlyAccount(config)
  const accountSource =
    named?.origin ?? (config.defaultAccount ? 'default_account' : 'the only one')
  const own = account === undefined ? undefined : ownJid(account, config)
  if (own) return {account, jid: own.jid, jidSource: own.source, accountSource}
  const fallback = lookup('jid', {flags, env, config, account})
  if (fallback)
    return {account, jid: withConfigErrors(fallback, parseJid), jidSource: fallback, accountSource}
  if (account !== undefined)
    throw new Failure('bad-config', `The account ${account} has no jid`, EXIT.config, {
      hint: `Add one to [accounts.${account}] in ${config.file}`,
    })
  throw new Failure('missing-value', 'No account to sign in as', EXIT.usage, {
    hint: 'Give --jid JID or XMPP_JID, or store an account: xmpp login',
  })
}

function namedAccount(flags: AccountFlags, env: Env): NamedAccount | undefined {
  if (flags.account !== undefined) return {account: flags.account, origin: '--account', rank: 0}
  if (env.XMPP_ACCOUNT) return {account: env.XMPP_ACCOUNT, origin: 'XMPP_ACCOUNT', rank: 1}
  return undefined
}

/** The account of a config file that has exactly one. */
function onlyAccount({accounts}: Config): string | undefined {
  return accounts.size === 1 ? [...accounts.keys()][0] : undefined
}

function ownJid(account: string, config: Config): {jid: Jid; source: Value<string>} | undefined {
  const value = config.accounts.get(account)?.jid
  if (value === undefined) return undefined
  const source: Value<string> = {value, level: 'account', origin: `account ${account}`}
  return {jid: withConfigErrors(source, parseJid), source}
}

/** Prefers the default account if several have the JID. */
function accountWith(bare: string, config: Config): string | undefined {
  const names = [...config.accounts].flatMap(([name, table]) =>
    jidOfTable(table) === bare ? [name] : [],
  )
  return names.find((name) => name === config.defaultAccount) ?? names[0]
}

/** The JID that an argument means which is not the name of an account. @param withToken the JIDs with a saved token */
export function jidOfAccount(text: string, config: Config, withToken: string[]): string {
  const jid = jidOfTable({jid: text})
  const known = [...config.accounts.values()].map(jidOfTable)
  if (jid !== undefined && [...known, ...withToken].includes(jid)) return jid
  throw unknownAccount({account: text}, config)
}

export function unknownAccount(
  {account, origin}: {account: string; origin?: string},
  {accounts, file}: Config,
): Failure {
  const names = [...accounts.keys()].join(', ')
  const by = origin ? ` (${origin})` : ''
  return new Failure(
    'unknown-account',
    `The account "${account}"${by} does not exist`,
    EXIT.config,
    {
      hint: names ? `${file} has ${names}` : 'No accounts are stored yet: xmpp login',
    },
  )
}

function contradiction(given: Value<string>, {account, origin}: NamedAccount, own: Jid): Failure {
  return new Failure(
    'account-mismatch',
    `${given.origin} is ${given.value}, and the account ${account} (${origin}) is ${own.bare}`,
    EXIT.usage,
    {hint: 'Give one of them'},
  )
}
