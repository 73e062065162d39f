/** The result of the previous run of the same command, for `run --on change`. */
import path from 'node:path'
import {type Env, stateFile, stateHome} from '../../account/state/directories.ts'
import {writePrivate} from '../../account/state/private-file.ts'
import {readOwnFile} from '../../read-file.ts'

export type Result = 'success' | 'failure'

/** Throws `no-home` (78) where no directory for state exists. @param key what distinguishes the command from others */
export function lastResultFile(env: Env, jid: string, key: readonly string[]): string | undefined {
  const directory = stateHome(env)
  return directory && path.join(directory, stateFile('runs', jid, JSON.stringify(key)))
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
