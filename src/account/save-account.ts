/** Stores an account in the config file, with the settings that it signed in with. */
import path from 'node:path'
import {EXIT, Failure} from '../errors.ts'
import {checkName, defaultOf, otherTables} from './accounts.ts'
import {putAccount, setDefaultAccount} from './config/changes.ts'
import type {Config} from './config/config.ts'
import {jidOfTable} from './config/config.ts'
import {editConfig} from './config/edit.ts'
import {fromConfig, lookup, type Sources} from './config/lookup.ts'
import type {OptionKey, Table} from './config/options.ts'
import {type SavedPassword, type Store, savePassword} from './secrets/save-password.ts'
import {deletePassword} from './secrets/stored-password.ts'
import type {Settings} from './settings.ts'
import {newCleanupReport} from './state/cleanup-report.ts'

/** The settings that belong to the account: the way to its server, but no time limits. */
const SAVED_KEYS: OptionKey[] = ['server', 'ca_file', 'tls_pin', 'client_cert', 'client_key']
const PATHS: OptionKey[] = ['ca_file', 'client_cert', 'client_key']

export interface NewAccount {
  name: string
  /** Use it when no account is named. */
  makeDefault: boolean
  store: Store | undefined
  /** The password was generated, and exists nowhere else. */
  fresh?: boolean
}

export interface SavedAccount extends Pick<SavedPassword, 'store' | 'file' | 'reason'> {
  isDefault: boolean
  /** The stored password of an earlier login that could not be deleted. */
  left: Failure | undefined
}

/** Stores the account with the server settings from flags and variables, and its password. */
export async function saveAccount(
  settings: Settings,
  {fresh, makeDefault, name, store}: NewAccount,
): Promise<SavedAccount> {
  const {anonymous, config, jid, sources} = settings
  checkName(name)
  const password = await savePassword(settings, store, fresh)
  const table = {
    jid: jid.full,
    ...(anonymous && {anonymous}),
    ...password.keys,
    ...givenValues(sources),
  }
  let newDefault = name
  try {
    await editConfig(config, (now) => {
      assertSameJid(name, jid.bare, now)
      newDefault = makeDefault ? name : (defaultOf(now) ?? name)
      const changesDefault = newDefault !== now.defaultAccount
      return [putAccount(name, table), ...(changesDefault ? [setDefaultAccount(newDefault)] : [])]
    })
  } catch (error) {
    await password.undo?.()
    throw error
  }
  const {file, reason} = password
  return {
    isDefault: newDefault === name,
    store: password.store,
    left: await deleteOldPassword(name, table, settings),
    ...(file && {file}),
    ...(reason && {reason}),
  }
}

/** Deletes the password that an earlier login has stored, if the account no longer uses it. */
async function deleteOldPassword(
  name: string,
  changes: object,
  {config, sources}: Settings,
): Promise<Failure | undefined> {
  const before = config.accounts.get(name) ?? {}
  const report = newCleanupReport()
  const context = {config, env: sources.env, report}
  await deletePassword(before, [...otherTables(name, config), {...before, ...changes}], context)
  return report.failure('The account is stored')
}

/** Throws if the name is the name of an account with another JID. */
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
  const given = SAVED_KEYS.flatMap((key) => {
    const found = lookup(key, sources)
    if (!found || fromConfig(found.level)) return []
    return [[key, PATHS.includes(key) ? path.resolve(found.value) : found.value]]
  })
  return Object.fromEntries(given) as Table
}
