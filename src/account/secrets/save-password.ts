/**
 * Stores a password in the keyring, or in a file beside the config file that only its owner can read. Both are stored by
 * JID: accounts with the same JID share one password, which is deleted with the last of them.
 */
import {rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure, reasonOf} from '../../errors.ts'
import {readOwnFile} from '../../read-file.ts'
import type {Account} from '../../session/types.ts'
import type {Config} from '../config/config.ts'
import type {Sources} from '../config/lookup.ts'
import {fromConfig} from '../config/lookup.ts'
import type {Table} from '../config/options.ts'
import {NO_HOME} from '../state/directories.ts'
import {writePrivate} from '../state/private-file.ts'
import {deleteFromKeyring, writeKeyring} from './keyring.ts'
import type {Secret} from './password-source.ts'
import {loginFile, tablesOf} from './stored-password.ts'

export const STORES = ['keyring', 'file', 'none'] as const
export type Store = (typeof STORES)[number]

/** The keys of an account's table that name the location of its password. */
export type SecretKeys = {
  [K in 'password_file' | 'password_command' | 'keyring']: Table[K] | undefined
}

const NO_LOCATION: SecretKeys = {
  password_file: undefined,
  password_command: undefined,
  keyring: undefined,
}

/** The settings that decide where the password of an account is stored. */
export interface PasswordOwner extends Pick<Account, 'anonymous' | 'jid' | 'password' | 'trust'> {
  /** The name of the account's table in the config file, if it has one. */
  account: string | undefined
  config: Config
  secret: Secret
  sources: Sources
}

export interface SavedPassword {
  /** `as-configured`: a file, a command or the keyring already supplies it. */
  store: Store | 'as-configured'
  keys: Partial<SecretKeys>
  /** The file it was written to. */
  file?: string
  /** The reason why it is not in the keyring, which is preferred. */
  reason?: string
  /** Restores the previous state, if the account cannot be stored. */
  undo?(): Promise<unknown>
}

/** With `undefined`, uses the keyring, or a file if there is no working keyring, as on most servers. */
async function storePassword(
  store: Store | undefined,
  jid: string,
  password: string,
  config: Config,
): Promise<SavedPassword> {
  if (store === 'none') return {store, keys: NO_LOCATION}
  if (store === 'file') return toFile(jid, password, config)
  try {
    await writeKeyring(jid, password)
    const known = tablesOf(jid, config).some(({keyring}) => keyring)
    const undo = async (): Promise<unknown> => known || deleteFromKeyring(jid)
    return {store: 'keyring', keys: {...NO_LOCATION, keyring: true}, undo}
  } catch (error) {
    if (store === 'keyring') throw error
    return {...(await toFile(jid, password, config)), reason: reasonOf(error)}
  }
}

/** Whether the password is one that `xmpp login` has stored, so that a new login replaces it. */
export const isStoredByLogin = ({account = '', config, secret, sources}: PasswordOwner): boolean =>
  secret.level === 'account' &&
  (secret.kind === 'keyring' ||
    secret.detail === loginFile(config.accounts.get(account) ?? {}, config, sources.env))

/** Stores the password, unless a configured source can supply it again. A `fresh` password has no such source. */
export async function savePassword(
  {account = '', anonymous, config, jid, password, secret, sources, trust}: PasswordOwner,
  store: Store | undefined,
  fresh = false,
): Promise<SavedPassword> {
  if (anonymous || trust.cert !== undefined) return {store: 'none', keys: {}}
  const table = config.accounts.get(account) ?? {}
  const own = loginFile(table, config, sources.env)
  const mustStore = store !== undefined || fresh
  const {detail, kind, level} = secret
  if (!mustStore && kind === 'password-file' && detail !== null && (await isRegular(detail)))
    return {store: 'as-configured', keys: {...NO_LOCATION, password_file: path.resolve(detail)}}
  const elsewhere = table.password_command !== undefined || (table.password_file && !own)
  if (!mustStore && (elsewhere || (level !== undefined && fromConfig(level))))
    return {store: 'as-configured', keys: {}}
  return storePassword(store, jid.bare, await password(), config)
}

/** A pipe, such as `<(pass show xmpp)`, supplies its text only once. */
const isRegular = async (file: string): Promise<boolean> =>
  file !== '-' && (await stat(file)).isFile()

async function toFile(jid: string, password: string, {file}: Config): Promise<SavedPassword> {
  const name = path.join('passwords', encodeURIComponent(jid))
  if (file === undefined) throw notWritten('a password file', NO_HOME)
  const target = path.resolve(path.dirname(file), name)
  const before = await readOwnFile(target).catch(() => undefined)
  try {
    await writePrivate(target, `${password}\n`, true)
  } catch (cause) {
    throw notWritten(target, reasonOf(cause), cause)
  }
  return {
    store: 'file',
    keys: {...NO_LOCATION, password_file: name},
    file: target,
    undo: () => (before === undefined ? rm(target) : writePrivate(target, before, true)),
  }
}

function notWritten(what: string, why: string, cause?: unknown): Failure {
  return new Failure('secret-not-stored', `Cannot write ${what}: ${why}`, EXIT.config, {
    hint: 'Use --store none, and supply the password by password_command or XMPP_PASSWORD',
    cause,
  })
}
