/**
 * Where `xmpp login` keeps a password: the keyring, or a file beside the config file that only its owner can read.
 * Both are by JID, so that two accounts of one JID have one password, which stays as long as one of them does.
 */
import {rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure} from '../../errors.ts'
import type {Jid} from '../../jid.ts'
import {readOwnFile} from '../../read-file.ts'
import type {Trust} from '../../session/types.ts'
import type {Config} from '../config/config.ts'
import type {Sources} from '../config/lookup.ts'
import {fromConfig} from '../config/lookup.ts'
import type {Table} from '../config/options.ts'
import {reasonOf} from '../state/cleanup-report.ts'
import {writePrivate} from '../state/private-file.ts'
import {deleteFromKeyring, writeKeyring} from './keyring.ts'
import type {Secret} from './password-source.ts'
import {ownFile, usersOf} from './stored-password.ts'

export const STORES = ['keyring', 'file', 'none'] as const
export type Store = (typeof STORES)[number]

/** The keys of an account's table that say where its password is. */
export type SecretKeys = {
  [K in 'password_file' | 'password_command' | 'keyring']: Table[K] | undefined
}

const NOWHERE: SecretKeys = {
  password_file: undefined,
  password_command: undefined,
  keyring: undefined,
}

/** The account whose password is saved: what of its settings decides where the password goes. */
export interface PasswordOwner {
  /** The name of the account's table in the config file, if it has one. */
  account: string | undefined
  anonymous: boolean
  config: Config
  jid: Jid
  password(): Promise<string>
  secret: Secret
  sources: Sources
  trust: Trust
}

export interface SavedPassword {
  /** `as-configured`: it already comes from a file, a command or the keyring. */
  store: Store | 'as-configured'
  keys: Partial<SecretKeys>
  /** The file it was written to. */
  file?: string
  /** Why it is not in the keyring, which would be the better place. */
  reason?: string
  /** As it was before; for when the account cannot be stored. */
  undo?(): Promise<unknown>
}

/** `undefined` takes the keyring where one works, and a file where not: a server has none. */
async function storeSecret(
  store: Store | undefined,
  jid: string,
  password: string,
  config: Config,
): Promise<SavedPassword> {
  if (store === 'none') return {store, keys: NOWHERE}
  if (store === 'file') return toFile(jid, password, config)
  try {
    await writeKeyring(jid, password)
    const known = usersOf(jid, config).some(({keyring}) => keyring)
    const undo = async (): Promise<unknown> => known || deleteFromKeyring(jid)
    return {store: 'keyring', keys: {...NOWHERE, keyring: true}, undo}
  } catch (error) {
    if (store === 'keyring') throw error
    return {...(await toFile(jid, password, config)), reason: reasonOf(error)}
  }
}

/** Whether the password comes from where `xmpp login` has put it: a new sign-in is to replace it. */
export const isStoredByLogin = ({account = '', config, secret, sources}: PasswordOwner): boolean =>
  secret.level === 'account' &&
  (secret.kind === 'keyring' ||
    secret.detail === ownFile(config.accounts.get(account) ?? {}, config, sources.env))

/** Stores the password, unless where it came from can be asked again; a fresh one came from nowhere. */
export async function savePassword(
  {account = '', anonymous, config, jid, password, secret, sources, trust}: PasswordOwner,
  store: Store | undefined,
  fresh = false,
): Promise<SavedPassword> {
  if (anonymous || trust.cert !== undefined) return {store: 'none', keys: {}}
  const table = config.accounts.get(account) ?? {}
  const own = ownFile(table, config, sources.env)
  const asked = store !== undefined || fresh
  const {detail, kind, level} = secret
  if (!asked && kind === 'password-file' && detail !== null && (await isRegular(detail)))
    return {store: 'as-configured', keys: {...NOWHERE, password_file: path.resolve(detail)}}
  const elsewhere = table.password_command !== undefined || (table.password_file && !own)
  if (!asked && (elsewhere || (level !== undefined && fromConfig(level))))
    return {store: 'as-configured', keys: {}}
  return storeSecret(store, jid.bare, await password(), config)
}

/** A pipe, such as of `<(pass show xmpp)`, gives its text only once. */
const isRegular = async (file: string): Promise<boolean> =>
  file !== '-' && (await stat(file)).isFile()

async function toFile(jid: string, password: string, {file}: Config): Promise<SavedPassword> {
  const name = path.join('passwords', encodeURIComponent(jid))
  if (file === undefined) throw notWritten('a password file', 'there is no home directory')
  const target = path.resolve(path.dirname(file), name)
  const before = await readOwnFile(target).catch(() => undefined)
  try {
    await writePrivate(target, `${password}\n`, true)
  } catch (cause) {
    throw notWritten(target, reasonOf(cause), cause)
  }
  return {
    store: 'file',
    keys: {...NOWHERE, password_file: name},
    file: target,
    undo: () => (before === undefined ? rm(target) : writePrivate(target, before, true)),
  }
}

function notWritten(what: string, why: string, cause?: unknown): Failure {
  return new Failure('secret-not-stored', `Cannot write ${what}: ${why}`, EXIT.config, {
    hint: 'Use --store none, and give the password by password_command or XMPP_PASSWORD',
    cause,
  })
}
