/** Where `xmpp login` keeps a password: the keyring, or a file beside the config file that only its owner can read. */
import {rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure} from '../errors.ts'
import type {Config} from './config.ts'
import {deleteFromKeyring, writeKeyring} from './keyring.ts'
import type {Env, Table} from './options.ts'
import {writePrivate} from './private-file.ts'
import type {Settings} from './settings.ts'
import {locate} from './user-file.ts'
import {fromConfig} from './values.ts'

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

/** `undefined` takes the keyring where one works, and a file where not: a server has none. */
async function storeSecret(
  store: Store | undefined,
  jid: string,
  password: string,
  config: Config,
): Promise<{store: Store; keys: SecretKeys}> {
  if (store === 'none') return {store, keys: NOWHERE}
  if (store === 'file') return {store, keys: await toFile(jid, password, config)}
  try {
    await writeKeyring(jid, password)
    return {store: 'keyring', keys: {...NOWHERE, keyring: true}}
  } catch (error) {
    if (store === 'keyring') throw error
    return {store: 'file', keys: await toFile(jid, password, config)}
  }
}

export interface Kept {
  /** `as-configured`: it already comes from a file, a command or the keyring. */
  store: Store | 'as-configured'
  keys: Partial<SecretKeys>
}

/** Whether the password comes from where `xmpp login` has put it: a new sign-in is to replace it. */
export const isStoredByUs = ({account = '', config, secret, sources}: Settings): boolean =>
  secret.level === 'account' &&
  (secret.kind === 'keyring' ||
    secret.detail === ownFile(config.accounts.get(account) ?? {}, config, sources.env))

/** Stores the password, unless where it came from can be asked again; a fresh one came from nowhere. */
export async function keepSecret(
  {account = '', anonymous, config, jid, password, secret, sources, trust}: Settings,
  store: Store | undefined,
  fresh = false,
): Promise<Kept> {
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
  const kept = await storeSecret(store, jid.bare, await password(), config)
  if (own && kept.store !== 'file') await rm(own, {force: true})
  return kept
}

/** A pipe, such as of `<(pass show xmpp)`, gives its text only once. */
const isRegular = async (file: string): Promise<boolean> =>
  file !== '-' && (await stat(file)).isFile()

async function toFile(jid: string, password: string, {file}: Config): Promise<SecretKeys> {
  const name = path.join('passwords', encodeURIComponent(jid))
  if (file === undefined) throw notWritten('a password file', 'there is no home directory')
  const target = path.join(path.dirname(file), name)
  try {
    await writePrivate(target, `${password}\n`, true)
  } catch (cause) {
    throw notWritten(target, String((cause as NodeJS.ErrnoException).code), cause)
  }
  return {...NOWHERE, password_file: name}
}

/** Removes what `storeSecret` stored; a file or command of the user's own is left alone. */
export async function forgetSecret(
  jid: string,
  table: Table,
  config: Config,
  env: Env,
): Promise<{keys: Partial<SecretKeys>}> {
  if (table.keyring) await deleteFromKeyring(jid)
  const own = ownFile(table, config, env)
  if (own) await rm(own, {force: true})
  return {
    keys: {
      ...(table.keyring && {keyring: undefined}),
      ...(own && {password_file: undefined}),
    },
  }
}

/** The password has changed: what was stored by us is stored anew. Says whether it was. */
export async function updateSecret(
  jid: string,
  password: string,
  table: Table,
  config: Config,
  env: Env,
): Promise<boolean> {
  if (table.keyring) await writeKeyring(jid, password)
  const own = ownFile(table, config, env)
  if (own) await writePrivate(own, `${password}\n`, true)
  return table.keyring === true || own !== undefined
}

function ownFile({password_file}: Table, {file}: Config, env: Env): string | undefined {
  if (password_file === undefined || file === undefined) return undefined
  const located = locate({value: password_file, level: 'account', origin: ''}, file, env)
  return path.dirname(located) === path.join(path.dirname(file), 'passwords') ? located : undefined
}

function notWritten(what: string, why: string, cause?: unknown): Failure {
  return new Failure('secret-not-stored', `Cannot write ${what}: ${why}`, EXIT.config, {
    hint: 'Use --store none, and give the password by password_command or XMPP_PASSWORD',
    cause,
  })
}
