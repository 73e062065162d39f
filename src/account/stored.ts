/** Accounts as the config file keeps them: stored by `xmpp login`, listed, renamed, removed. */
import path from 'node:path'
import {EXIT, Failure} from '../errors.ts'
import {parseJid} from '../jid.ts'
import {unknownAccount} from './choose-account.ts'
import type {Config} from './config.ts'
import {
  dropAccount,
  editConfig,
  putAccount,
  renameAccount,
  setDefaultAccount,
} from './config-edit.ts'
import type {Env, OptionKey, Table} from './options.ts'
import {forgetSecret, type Kept, keepSecret, type Store} from './secret-store.ts'
import type {Settings} from './settings.ts'
import {forgetState} from './state.ts'
import {fromConfig, type Sources, textOf} from './values.ts'

export interface StoredAccount {
  name: string
  jid: string | null
  default: boolean
  /** Where the password comes from. */
  secret: 'keyring' | 'file' | 'command' | 'none'
  server: string | null
}

/** The account that a command without `--account` and `--jid` uses, as far as the file decides it. */
export function defaultOf({accounts, defaultAccount}: Config): string | undefined {
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

/** What reaches the server is part of the account; how patient we are is not. */
const KEPT: OptionKey[] = ['server', 'ca_file', 'tls_pin', 'client_cert', 'client_key']
const PATHS: OptionKey[] = ['ca_file', 'client_cert', 'client_key']

export interface NewAccount {
  name: string
  /** Use it where no account is named. */
  makeDefault: boolean
  store: Store | undefined
  /** The password exists nowhere else yet. */
  fresh?: boolean
}

/** Stores the account with the way to its server that flags and variables have given, and its password. */
export async function keepAccount(
  settings: Settings,
  {fresh, makeDefault, name, store}: NewAccount,
): Promise<{isDefault: boolean; store: Kept['store']}> {
  const {anonymous, config, jid, sources} = settings
  const kept = await keepSecret(settings, store, fresh)
  const chosen = makeDefault ? name : (defaultOf(config) ?? name)
  await editConfig(config, [
    putAccount(name, {
      jid: jid.full,
      ...(anonymous && {anonymous}),
      ...kept.keys,
      ...givenValues(sources),
    }),
    ...(chosen === config.defaultAccount ? [] : [setDefaultAccount(chosen)]),
  ])
  return {isDefault: chosen === name, store: kept.store}
}

function givenValues(sources: Sources): Table {
  const given = KEPT.flatMap((key) => {
    const found = textOf(key, sources)
    if (!found || fromConfig(found.level)) return []
    return [[key, PATHS.includes(key) ? path.resolve(found.value) : found.value]]
  })
  return Object.fromEntries(given) as Table
}

/** Also removes the password that was stored for it, and what was remembered of it. */
export async function removeAccount(name: string, config: Config, env: Env): Promise<void> {
  const table = tableOf(name, config)
  const jid = table.jid === undefined ? undefined : parseJid(table.jid).bare
  if (jid !== undefined) await forgetSecret(jid, table, config, env)
  await editConfig(config, [
    dropAccount(name),
    ...(config.defaultAccount === name ? [setDefaultAccount(undefined)] : []),
  ])
  if (jid !== undefined) await forgetState(env, jid)
}

export async function renameStored(from: string, to: string, config: Config): Promise<void> {
  tableOf(from, config)
  if (config.accounts.has(to))
    throw new Failure('account-exists', `There is an account ${to} already`, EXIT.cannotCreate)
  await editConfig(config, [
    renameAccount(from, to),
    ...(config.defaultAccount === from ? [setDefaultAccount(to)] : []),
  ])
}

export async function chooseDefault(name: string, config: Config): Promise<void> {
  tableOf(name, config)
  await editConfig(config, [setDefaultAccount(name)])
}

/** Removes the stored password of an account, and the keys that lead to it; the account itself stays. */
export async function forgetPassword(
  name: string,
  jid: string,
  config: Config,
  env: Env,
): Promise<void> {
  const {keys} = await forgetSecret(jid, tableOf(name, config), config, env)
  if (Object.keys(keys).length > 0) await editConfig(config, [putAccount(name, keys)])
}

function tableOf(name: string, config: Config): Table {
  const table = config.accounts.get(name)
  if (!table) throw unknownAccount({account: name}, config)
  return table
}
