/** The result of the previous run of the same command, for `run --on change`. */
import path from 'node:path'
import {type Env, stateFile, stateHome} from '../../account/state/directories.ts'
import {writePrivate} from '../../account/state/private-file.ts'
import {EXIT, Failure} from '../../errors.ts'
import {readOwnFile} from '../../read-file.ts'

export type Result = 'success' | 'failure'

/** The file that holds it. Throws `no-home` (78) where no directory for state exists. */
export function lastResultFile(env: Env, jid: string, words: readonly string[]): string {
  const directory = stateHome(env)
  if (directory) return path.join(directory, stateFile('runs', jid, JSON.stringify(words)))
  throw new Failure(
    'no-home',
    'The result of the previous run cannot be read: there is no home directory',
    EXIT.config,
    {hint: 'Set HOME or XDG_STATE_HOME'},
  )
}

/** A command without a previous run counts as one that succeeded: its first failure is a change. */
export async function readLastResult(file: string): Promise<Result> {
  try {
    return JSON.parse(await readOwnFile(file)).result === 'failure' ? 'failure' : 'success'
  } catch {
    return 'success'
  }
}

export const writeLastResult = (file: string, result: Result): Promise<void> =>
  writePrivate(file, `${JSON.stringify({result})}\n`)
