/** Deletes the stored passwords and the saved state of accounts; the accounts stay in the config file. */
import type {Failure} from '../errors.ts'
import {deleteStoredPassword} from './accounts.ts'
import {type Config, jidOfTable} from './config/config.ts'
import {newCleanupReport} from './state/cleanup-report.ts'
import type {Env} from './state/directories.ts'
import {deleteState, listState} from './state/state.ts'

export interface DeletedCredentials {
  /** The names of the accounts without a stored password now. */
  accounts: string[]
  failures: {jid: string; error: Failure}[]
  /** The number of JIDs for which everything was deleted. */
  complete: number
}

/** @param loadConfig called before each change, since each change rewrites the file */
export async function deleteCredentials(
  isSelected: (jid: string) => boolean,
  loadConfig: () => Promise<Config>,
  env: Env,
): Promise<DeletedCredentials> {
  const {accounts} = await loadConfig()
  const withState = (await listState(env)).map(({jid}) => jid)
  const inConfig = [...accounts.values()].flatMap((table) => jidOfTable(table) ?? [])
  const deleted: DeletedCredentials = {accounts: [], failures: [], complete: 0}
  for (const jid of new Set([...inConfig, ...withState].filter(isSelected))) {
    const report = newCleanupReport()
    await report.attempt('the saved state', () => deleteState(env, jid))
    for (const [name, table] of accounts) {
      if (jidOfTable(table) !== jid) continue
      if (await deleteStoredPassword(name, await loadConfig(), env, report))
        deleted.accounts.push(name)
    }
    const error = report.failure('The rest was deleted')
    if (error) deleted.failures.push({jid, error})
    else deleted.complete++
  }
  return deleted
}
