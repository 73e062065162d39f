/** The result of the previous run of the same command, for `run --on change`. */
import path from 'node:path'
import {type Env, stateFile, stateHome} from '../../account/state/directories.ts'
import {writePrivate} from '../../account/state/private-file.ts'
import {EXIT, Failure} from '../../errors.ts'
import {readOwnFile} from '../../read-file.ts'

export type Result = 'success' | 'failure'

export class LastResult {
  readonly #file: string

  /**
   * @param words the command with its recipients
   * Throws `no-home` (78) without a state directory.
   */
  constructor(env: Env, jid: string, words: readonly string[]) {
    const directory = stateHome(env)
    if (!directory)
      throw new Failure(
        'no-home',
        'The result of the previous run cannot be read: there is no home directory',
        EXIT.config,
        {hint: 'Set HOME or XDG_STATE_HOME'},
      )
    this.#file = path.join(directory, stateFile('runs', jid, JSON.stringify(words)))
  }

  /** A command without a previous run counts as one that succeeded: its first failure is a change. */
  async read(): Promise<Result> {
    try {
      return JSON.parse(await readOwnFile(this.#file)).result === 'failure' ? 'failure' : 'success'
    } catch {
      return 'success'
    }
  }

  write(result: Result): Promise<void> {
    return writePrivate(this.#file, `${JSON.stringify({result})}\n`)
  }
}
