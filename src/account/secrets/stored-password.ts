/** A password that `xmpp login` has stored: found, replaced, removed. */
import {rm} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure} from '../../errors.ts'
import type {Config} from '../config/config.ts'
import {jidOfTable} from '../config/config.ts'
import type {Table} from '../config/options.ts'
import {resolveConfigPath} from '../config/user-file.ts'
import {type CleanupReport, reasonOf} from '../state/cleanup-report.ts'
import type {Env} from '../state/directories.ts'
import {tryPrivate, writePrivate} from '../state/private-file.ts'
import {checkKeyring, deleteFromKeyring, writeKeyring} from './keyring.ts'

/**
 * Removes what was stored for an account; a file or command of the user's own is left alone, and so is what one of
 * the `others` uses. Says which keys of the table lead nowhere now, and whether something
 * is still stored.
 */
export async function forgetSecret(
  table: Table,
  others: Table[],
  {config, env, leftovers}: {config: Config; env: Env; leftovers: CleanupReport},
): Promise<{isStored: boolean; keys: {keyring?: undefined; password_file?: undefined}}> {
  const jid = jidOfTable(table)
  const own = ownFile(table, config, env)
  const shared = others.some((other) => other.keyring && jidOfTable(other) === jid)
  const inUse = own && others.some((other) => ownFile(other, config, env) === own)
  const {attempt} = leftovers
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

/** What was stored for a JID, and can be stored anew. */
function storedFor(jid: string, config: Config, env: Env): {keyring: boolean; files: string[]} {
  const tables = usersOf(jid, config)
  const files = tables.flatMap((table) => ownFile(table, config, env) ?? [])
  return {keyring: tables.some(({keyring}) => keyring), files: [...new Set(files)]}
}

/** Throws where a stored password could not be replaced: better before it is changed than after. */
export async function checkReplaceable(jid: string, config: Config, env: Env): Promise<void> {
  const {files, keyring} = storedFor(jid, config, env)
  if (keyring) await checkKeyring(jid)
  for (const file of files)
    await tryPrivate(file).catch((cause) => {
      throw notReplaced(`The stored password cannot be replaced`, file, cause)
    })
}

/** The password has changed: what was stored by us is stored anew. Says whether it was. */
export async function replaceSecret(
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

export const usersOf = (jid: string, {accounts}: Config): Table[] =>
  [...accounts.values()].filter((table) => jidOfTable(table) === jid)

/** The file of a table, if it is one that `xmpp login` has written. */
export function ownFile({password_file}: Table, {file}: Config, env: Env): string | undefined {
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
