/** Reads files that the user named. A secret file that other users can read is refused. */
import type {Stats} from 'node:fs'
import {stat} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure, reasonOf} from '../../errors.ts'
import {decodeUtf8, readFileUntil} from '../../read-file.ts'
import {type Env, userHome} from '../state/directories.ts'
import {fromConfig, type Value} from './lookup.ts'

/** A path in the config file is relative to the file's folder, or begins with `~/`; the shell expands other paths. */
export function resolveConfigPath(
  {level, value}: Value<string>,
  configFile: string | undefined,
  env: Env,
) {
  if (!fromConfig(level) || configFile === undefined) return value
  const home = userHome(env)
  if (home && value.startsWith('~/')) return path.join(home, value.slice(2))
  return path.resolve(path.dirname(configFile), value)
}

/** Throws `no-input` (66) if the file cannot be read, and `not-utf8` (65). */
export async function readUserFile(
  file: string,
  what: string,
  signal: AbortSignal,
): Promise<string> {
  const bytes = await readFileUntil(file, {signal}).catch((cause) => {
    if (cause instanceof Failure) throw cause
    throw new Failure('no-input', unreadable(what, file, cause), EXIT.noInput, {cause})
  })
  return decodeUtf8(bytes, `${capitalized(what)} ${file}`)
}

/** Throws a configuration error (78) for every problem with a secret file. */
export async function readSecretFile(
  file: string,
  what: string,
  signal: AbortSignal,
): Promise<string> {
  const check = (stats: Stats): void => refuseIfShared(stats, file)
  const bytes = await readFileUntil(file, {signal, check}).catch((cause) => {
    if (cause instanceof Failure) throw cause
    throw new Failure('secret-unavailable', unreadable(what, file, cause), EXIT.config, {cause})
  })
  return decodeUtf8(bytes, `${capitalized(what)} ${file}`)
}

const unreadable = (what: string, file: string, cause: unknown): string =>
  `Cannot read ${what} ${file}: ${reasonOf(cause)}`

/** Rejects if the file cannot be read or is shared. Does not read a pipe, which supplies its text only once. */
export async function checkSecretFile(
  file: string,
  what: string,
  signal: AbortSignal,
): Promise<void> {
  if (!(await isPipe(file))) await readSecretFile(file, what, signal)
}

const isPipe = async (file: string): Promise<boolean> => {
  const stats = await stat(file).catch(() => undefined)
  return stats?.isFIFO() ?? false
}

/** The first line of a secret file, or of standard input for `-`. */
export async function readPasswordLine(
  file: string,
  what: string,
  readStdin: (signal: AbortSignal) => Promise<string>,
  signal: AbortSignal,
): Promise<string> {
  const stdin = file === '-'
  const given = stdin ? await readStdin(signal) : await readSecretFile(file, what, signal)
  const [line = ''] = given.split(/\r?\n/, 1)
  if (line) return line
  const where = stdin ? 'Standard input' : `${capitalized(what)} ${file}`
  throw new Failure('secret-unavailable', `${where} has no text in its first line`, EXIT.config)
}

/** Checks the open file, so that the checked file is the one that is read. A pipe has no other readers. */
function refuseIfShared(stats: Stats, file: string): void {
  if (process.platform === 'win32') return // Windows has no file modes
  if (!stats.isFile() || (stats.mode & 0o077) === 0) return
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
  throw new Failure(
    'unsafe-file-mode',
    `Other users can access ${file} (its mode is ${mode})`,
    EXIT.config,
    {hint: `Run: chmod 600 ${file}`},
  )
}

const capitalized = (what: string): string => what.replace(/^t/, 'T')
