/** Finds, replaces and deletes a password that `xmpp login` has stored. */
import {rm} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure, reasonOf} from '../../errors.ts'
import type {Config} from '../config/config.ts'
import {jidOfTable} from '../config/config.ts'
import type {Table} from '../config/options.ts'
import {resolveConfigPath} from '../config/user-file.ts'
import type {CleanupReport} from '../state/cleanup-report.ts'
import type {Env} from '../state/directories.ts'
import {tryPrivate, writePrivate} from '../state/private-file.ts'
import {checkKeyring, deleteFromKeyring, writeKeyring} from './keyring.ts'

/**
 * Deletes the stored password of an account, unless one of the `others` uses it. Files and commands that the user created
 * stay. Resolves with the keys of the table that have no target now, and with whether a password is still stored.
 */
export async function deletePassword(
  table: Table,
  others: Table[],
  {config, env, report}: {config: Config; env: Env; report: CleanupReport},
): Promise<{isStored: boolean; keys: {keyring?: undefined; password_file?: undefined}}> {
  const jid = jidOfTable(table)
  const own = loginFile(table, config, env)
  const shared = others.some((other) => other.keyring && jidOfTable(other) === jid)
  const inUse = own && others.some((other) => loginFile(other, config, env) === own)
  const {attempt} = report
  const keyring =
    table.keyring &&
    jid !== undefined &&
    (shared ||
      (await attempt(`the password of ${jid} in the keyring`, () => deleteFromKeyring(jid))))
  const file = own && (inUse || (await attempt(own, () => rm(own, {force: true}))))
  return {
    isStored: (table.keyring === true && !keyring) || (own !== undefined && !file),
    keys: {...(keyring && {keyring: undefined}), ...(file && {password_file: undefined})},
  }
}

/** Where the password of a JID is stored. */
function storedFor(jid: string, config: Config, env: Env): {keyring: boolean; files: string[]} {
  const tables = tablesOf(jid, config)
  const files = tables.flatMap((table) => loginFile(table, config, env) ?? [])
  return {keyring: tables.some(({keyring}) => keyring), files: [...new Set(files)]}
}

/** Rejects if a stored password cannot be replaced. Called before the password is changed on the server. */
export async function checkReplaceable(jid: string, config: Config, env: Env): Promise<void> {
  const {files, keyring} = storedFor(jid, config, env)
  if (keyring) await checkKeyring(jid)
  for (const file of files)
    await tryPrivate(file).catch((cause) => {
      throw notReplaced(`The stored password cannot be replaced`, file, cause)
    })
}

/** Replaces the stored password after a change. Resolves with whether there was one. */
export async function replacePassword(
  jid: string,
  password: string,
  config: Config,
  env: Env,
): Promise<boolean> {
  const {files, keyring} = storedFor(jid, config, env)
  const changed = `The password of ${jid} was changed on its server, but the stored one was not`
  try {
    if (keyring) await writeKeyring(jid, password)
  } catch (cause) {
    throw notReplaced(changed, 'the keyring', cause, jid)
  }
  for (const file of files)
    await writePrivate(file, `${password}\n`, true).catch((cause) => {
      throw notReplaced(changed, file, cause, jid)
    })
  return keyring || files.length > 0
}

export const tablesOf = (jid: string, {accounts}: Config): Table[] =>
  [...accounts.values()].filter((table) => jidOfTable(table) === jid)

/** The password file of a table, if `xmpp login` has written it. */
export function loginFile({password_file}: Table, {file}: Config, env: Env): string | undefined {
  if (password_file === undefined || file === undefined) return undefined
  const located = resolveConfigPath({value: password_file, level: 'account', origin: ''}, file, env)
  return path.dirname(located) === path.resolve(path.dirname(file), 'passwords')
    ? located
    : undefined
}

function notReplaced(what: string, where: string, cause: unknown, jid?: string): Failure {
  const why = cause instanceof Failure ? reasonOf(cause) : `${where}: ${reasonOf(cause)}`
  return new Failure('secret-not-stored', `${what} (${why})`, EXIT.config, {
    stage: 'close',
    hint: jid ? `Store the new one: xmpp login ${jid}` : 'Nothing was changed',
    cause,
  })
}
