/** Deletes the local data of an account that its server has deleted. */
import type {Failure} from '../errors.ts'
import {removeAccount} from './accounts.ts'
import type {Settings} from './settings.ts'
import {newCleanupReport} from './state/cleanup-report.ts'
import {deleteState} from './state/state.ts'

/** Deletes the table in the config file, the stored password and the state. The failure names what is left. */
export async function deleteLocalData({
  account,
  config,
  jid: {bare},
}: Settings): Promise<Failure | undefined> {
  const done = `The server has removed ${bare}`
  if (account !== undefined) return removeAccount(account, config, process.env, done)
  const report = newCleanupReport()
  await report.attempt(`the saved state of ${bare}`, () => deleteState(process.env, bare))
  return report.failure(done)
}
