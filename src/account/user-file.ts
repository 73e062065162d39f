/** Files that the user named: read whole, and refused when they are secret and others can read them. */
import {type FileHandle, open} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure} from '../errors.ts'
import {userHome} from './directories.ts'
import type {Env} from './options.ts'
import {fromConfig, type Value} from './values.ts'

/** In the config file a path starts at the file's folder, or at `~/`; elsewhere the shell has done all that. */
export function locate({level, value}: Value<string>, configFile: string | undefined, env: Env) {
  if (!fromConfig(level) || configFile === undefined) return value
  const home = userHome(env)
  if (home && value.startsWith('~/')) return path.join(home, value.slice(2))
  return path.resolve(path.dirname(configFile), value)
}

export async function readFileOf(file: string, what: string): Promise<string> {
  try {
    const handle = await open(file)
    try {
      return await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw new Failure('no-input', `Cannot read ${what} ${file} (${codeOf(cause)})`, EXIT.noInput, {
      cause,
    })
  }
}

/** A secret source that fails is a matter of configuration (78), whatever the reason. */
export async function readSecretFile(file: string, what: string): Promise<string> {
  try {
    const handle = await open(file)
    try {
      await refuseIfShared(handle, file)
      return await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const message = `Cannot read ${what} ${file} (${codeOf(cause)})`
    throw new Failure('secret-unavailable', message, EXIT.config, {cause})
  }
}

/** The first line of a secret file, or of standard input for `-`. */
export async function readPasswordLine(
  file: string,
  what: string,
  readStdin: () => Promise<string>,
): Promise<string> {
  const stdin = file === '-'
  const text = stdin ? await readStdin() : await readSecretFile(file, what)
  const [line = ''] = text.split(/\r?\n/, 1)
  if (line) return line
  const where = stdin ? 'Standard input' : `${what.replace(/^t/, 'T')} ${file}`
  throw new Failure('secret-unavailable', `${where} has no password in it`, EXIT.config)
}

/** Asked of the open file, so that it is the one that is read. A pipe is nobody else's. */
async function refuseIfShared(handle: FileHandle, file: string): Promise<void> {
  if (process.platform === 'win32') return // modes mean nothing there
  const stats = await handle.stat()
  if (!stats.isFile() || (stats.mode & 0o077) === 0) return
  const mode = (stats.mode & 0o777).toString(8).padStart(4, '0')
  throw new Failure(
    'unsafe-file-mode',
    `Others can get at ${file} (its mode is ${mode})`,
    EXIT.config,
    {hint: `Run: chmod 600 ${file}`},
  )
}

const codeOf = (cause: unknown): string =>
  (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
