/** The accounts of the config file: list, rename and remove. */
import {EXIT, Failure} from '../errors.ts'
import {dropAccount, putAccount, renameAccount, setDefaultAccount} from './config/changes.ts'
import type {Config} from './config/config.ts'
import {jidOfTable} from './config/config.ts'
import {editConfig} from './config/edit.ts'
import type {Table} from './config/options.ts'
import {deletePassword} from './secrets/stored-password.ts'
import {unknownAccount} from './select-account.ts'
import {type CleanupReport, newCleanupReport} from './state/cleanup-report.ts'
import type {Env} from './state/directories.ts'
import {deleteState} from './state/state.ts'

export interface StoredAccount {
  name: string
  jid: string | null
  default: boolean
  /** The source of the password. */
  secret: 'keyring' | 'file' | 'command' | 'none'
  server: string | null
}

/** The account that the config file selects for a command without `--account` and `--jid`. */
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
 * Also deletes the stored password and the saved state, unless another account has the same JID. Resolves with a failure
 * that lists the remaining items. @param done the start of its message, with the deleted items
 */
export async function removeAccount(
  name: string,
  config: Config,
  env: Env,
  done: string,
): Promise<Failure | undefined> {
  const table = tableOf(name, config)
  const jid = jidOfTable(table)
  const others = otherTables(name, config)
  const report = newCleanupReport()
  await deletePassword(table, others, {config, env, report})
  await report.attempt(`the account ${name} in ${config.file}`, () =>
    editConfig(config, ({defaultAccount}) => [
      dropAccount(name),
      ...(defaultAccount === name ? [setDefaultAccount(undefined)] : []),
    ]),
  )
  if (jid !== undefined && !others.some((other) => jidOfTable(other) === jid))
    await report.attempt(`the saved state of ${jid}`, () => deleteState(env, jid))
  return report.failure(done)
}

export async function renameStored(from: string, to: string, config: Config): Promise<void> {
  tableOf(from, config)
  checkName(to)
  await editConfig(config, (now) => {
    if (now.accounts.has(to))
      throw new Failure('account-exists', `The account ${to} already exists`, EXIT.cannotCreate)
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

/** Deletes the stored password of an account and its keys in the config file. Resolves with whether all were deleted. */
export async function deleteStoredPassword(
  name: string,
  config: Config,
  env: Env,
  report: CleanupReport,
): Promise<boolean> {
  const table = tableOf(name, config)
  const {isStored, keys} = await deletePassword(table, otherTables(name, config), {
    config,
    env,
    report,
  })
  const isDropped =
    Object.keys(keys).length === 0 ||
    (await report.attempt(`the location of its password in ${config.file}`, () =>
      editConfig(config, () => [putAccount(name, keys)]),
    ))
  return isDropped && !isStored
}

export const otherTables = (name: string, {accounts}: Config): Table[] =>
  [...accounts].flatMap(([other, table]) => (other === name ? [] : [table]))

function tableOf(name: string, config: Config): Table {
  const table = config.accounts.get(name)
  if (!table) throw unknownAccount({account: name}, config)
  return table
}
