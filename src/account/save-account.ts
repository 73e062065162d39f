/** An account becomes one of the config file: what was given to sign in with, for every later run. */
import path from 'node:path'
import {EXIT, Failure} from '../errors.ts'
import {checkName, defaultOf, othersThan} from './accounts.ts'
import {putAccount, setDefaultAccount} from './config/changes.ts'
import type {Config} from './config/config.ts'
import {jidOfTable} from './config/config.ts'
import {editConfig} from './config/edit.ts'
import {fromConfig, lookup, type Sources} from './config/lookup.ts'
import type {OptionKey, Table} from './config/options.ts'
import {type SavedPassword, type Store, savePassword} from './secrets/save-password.ts'
import {forgetSecret} from './secrets/stored-password.ts'
import type {Settings} from './settings.ts'
import {newCleanupReport} from './state/cleanup-report.ts'

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

export interface SavedAccount extends Pick<SavedPassword, 'store' | 'file' | 'reason'> {
  isDefault: boolean
  /** What is still where an earlier login had put it. */
  left: Failure | undefined
}

/** Stores the account with the way to its server that flags and variables have given, and its password. */
export async function saveAccount(
  settings: Settings,
  {fresh, makeDefault, name, store}: NewAccount,
): Promise<SavedAccount> {
  const {anonymous, config, jid, sources} = settings
  checkName(name)
  const kept = await savePassword(settings, store, fresh)
  const table = {
    jid: jid.full,
    ...(anonymous && {anonymous}),
    ...kept.keys,
    ...givenValues(sources),
  }
  let chosen = name
  try {
    await editConfig(config, (now) => {
      assertSameJid(name, jid.bare, now)
      chosen = makeDefault ? name : (defaultOf(now) ?? name)
      const isNews = chosen !== now.defaultAccount
      return [putAccount(name, table), ...(isNews ? [setDefaultAccount(chosen)] : [])]
    })
  } catch (error) {
    await kept.undo?.()
    throw error
  }
  const {file, reason} = kept
  return {
    isDefault: chosen === name,
    store: kept.store,
    left: await forgetOld(name, table, settings),
    ...(file && {file}),
    ...(reason && {reason}),
  }
}

/** What an earlier login had stored is of no use when the account leads elsewhere now. */
async function forgetOld(
  name: string,
  changes: object,
  {config, sources}: Settings,
): Promise<Failure | undefined> {
  const before = config.accounts.get(name) ?? {}
  const leftovers = newCleanupReport()
  const context = {config, env: sources.env, leftovers}
  await forgetSecret(before, [...othersThan(name, config), {...before, ...changes}], context)
  return leftovers.failure('The account is stored')
}

/** A name that another JID has is no name for this one. */
export function assertSameJid(
  name: string,
  jid: string,
  {accounts}: Pick<Config, 'accounts'>,
): void {
  const other = jidOfTable(accounts.get(name) ?? {})
  if (other === undefined || other === jid) return
  throw new Failure('account-mismatch', `The account ${name} is ${other}`, EXIT.usage, {
    hint: `Give ${jid} another name with --account, or remove that one: xmpp accounts remove ${name}`,
  })
}

function givenValues(sources: Sources): Table {
  const given = KEPT.flatMap((key) => {
    const found = lookup(key, sources)
    if (!found || fromConfig(found.level)) return []
    return [[key, PATHS.includes(key) ? path.resolve(found.value) : found.value]]
  })
  return Object.fromEntries(given) as Table
}
