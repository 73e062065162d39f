/** The programs that the packages are made with. */
import {type SpawnSyncOptions, spawnSync} from 'node:child_process'

/** The output of a program. Throws if it is not installed, or fails; its reason is on stderr then. */
export function run(command: string, words: string[], options: SpawnSyncOptions = {}): string {
  const {error, signal, status, stdout} = spawnSync(command, words, {
    maxBuffer: 64 * 1024 * 1024,
    ...options,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new Error(`${command} is not installed, and the package cannot be made without it`)
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${words[0]} ended with ${status ?? signal}`)
  return stdout
}
