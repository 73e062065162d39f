/** Accounts as the config file keeps them: listed, renamed, removed. */

import {EXIT, Failure} from '../errors.ts'
import {dropAccount, putAccount, renameAccount, setDefaultAccount} from './config/changes.ts'
import type {Config} from './config/config.ts'
import {jidOfTable} from './config/config.ts'
import {editConfig} from './config/edit.ts'
import type {Table} from './config/options.ts'
import {forgetSecret} from './secrets/stored-password.ts'
import {unknownAccount} from './select-account.ts'
import {type CleanupReport, newCleanupReport} from './state/cleanup-report.ts'
import type {Env} from './state/directories.ts'
import {forgetState} from './state/state.ts'

export interface StoredAccount {
  name: string
  jid: string | null
  default: boolean
  /** Where the password comes from. */
  secret: 'keyring' | 'file' | 'command' | 'none'
  server: string | null
}

/** The account that a command without `--account` and `--jid` uses, as far as the file decides it. */
export function defaultOf({
  accounts,
  defaultAccount,
}: Pick<Config, 'accounts' | 'defaultAccount'>): string | undefined {
  return defaultAccount ?? (accounts.size === 1 ? [...accounts.keys()][0] : undefined)
}

export function listAccounts(config: Config): StoredAccount[] {
  return [...config.accounts].map(([name, table]) => ({
    name,
    jid: table.jid ?? null,
    default: name === defaultOf(config),
    secret: secretOf(table),
    server: table.server ?? null,
  }))
}

function secretOf({keyring, password_command, password_file}: Table): StoredAccount['secret'] {
  if (password_file !== undefined) return 'file'
  if (password_command !== undefined) return 'command'
  return keyring ? 'keyring' : 'none'
}

export function checkName(name: string): void {
  if (name.trim() !== '') return
  throw new Failure('usage', 'The name of an account must not be empty', EXIT.usage)
}

/**
 * Also removes the password that was stored for it, and what was remembered of it, unless another account has the
 * same JID. Resolves with what is left, if anything. @param done what to say then of what was done
 */
export async function removeAccount(
  name: string,
  config: Config,
  env: Env,
  done: string,
): Promise<Failure | undefined> {
  const table = tableOf(name, config)
  const jid = jidOfTable(table)
  const others = othersThan(name, config)
  const leftovers = newCleanupReport()
  await forgetSecret(table, others, {config, env, leftovers})
  await leftovers.attempt(`the account ${name} in ${config.file}`, () =>
    editConfig(config, ({defaultAccount}) => [
      dropAccount(name),
      ...(defaultAccount === name ? [setDefaultAccount(undefined)] : []),
    ]),
  )
  if (jid !== undefined && !others.some((other) => jidOfTable(other) === jid))
    await leftovers.attempt(`what is remembered of ${jid}`, () => forgetState(env, jid))
  return leftovers.failure(done)
}

export async function renameStored(from: string, to: string, config: Config): Promise<void> {
  tableOf(from, config)
  checkName(to)
  await editConfig(config, (now) => {
    if (now.accounts.has(to))
      throw new Failure('account-exists', `There is an account ${to} already`, EXIT.cannotCreate)
    return [
      renameAccount(from, to),
      ...(now.defaultAccount === from ? [setDefaultAccount(to)] : []),
    ]
  })
}

export async function chooseDefault(name: string, config: Config): Promise<void> {
  tableOf(name, config)
  await editConfig(config, () => [setDefaultAccount(name)])
}

/** Removes the stored password of an account, and the keys that lead to it; the account itself stays. Whether all went. */
export async function forgetPassword(
  name: string,
  config: Config,
  env: Env,
  leftovers: CleanupReport,
): Promise<boolean> {
  const table = tableOf(name, config)
  const {isStored, keys} = await forgetSecret(table, othersThan(name, config), {
    config,
    env,
    leftovers,
  })
  const isDropped =
    Object.keys(keys).length === 0 ||
    (await leftovers.attempt(`the place of its password in ${config.file}`, () =>
      editConfig(config, () => [putAccount(name, keys)]),
    ))
  return isDropped && !isStored
}

export const othersThan = (name: string, {accounts}: Config): Table[] =>
  [...accounts].flatMap(([other, table]) => (other === name ? [] : [table]))

function tableOf(name: string, config: Config): Table {
  const table = config.accounts.get(name)
  if (!table) throw unknownAccount({account: name}, config)
  return table
}
