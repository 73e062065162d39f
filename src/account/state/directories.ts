/** XDG Base Directory Specification <https://specifications.freedesktop.org/basedir-spec/latest/> */
import {createHash} from 'node:crypto'
import path from 'node:path'

/** The variables of a process; read, never written. */
export type Env = Readonly<Record<string, string | undefined>>

type StateKind =
  | 'accounts'
  | 'contacts'
  | 'listen'
  | 'questions'
  | 'rooms'
  | 'rosters'
  | 'runs'
  | 'uploads'

/** The directory of the config file and its password files; undefined without a home. */
export const configHome = (env: Env): string | undefined => home(env, 'XDG_CONFIG_HOME', '.config')

/** The directory of tokens and other saved state; undefined without a home. */
export const stateHome = (env: Env): string | undefined =>
  home(env, 'XDG_STATE_HOME', '.local/state')

/**
 * The file of one account at one server, relative to the state directory. The name is a hash, because a JID may have
 * characters that a file name cannot have.
 */
export function stateFile(kind: StateKind, jid: string, server = ''): string {
  const name = createHash('sha256').update(`${jid}\n${server}`).digest('hex').slice(0, 32)
  return path.join(kind, `${name}.json`)
}

/** A relative path is invalid and ignored: it would be another directory for every working directory. */
function home(env: Env, variable: string, fallback: string): string | undefined {
  const explicit = env[variable]
  if (explicit && path.isAbsolute(explicit)) return path.join(explicit, 'xmpp')
  const user = userHome(env)
  return user && path.join(user, fallback, 'xmpp')
}

/** Only from the environment: a container without HOME has no home, even if its user database has one. */
export function userHome(env: Env): string | undefined {
  const user = env.HOME || env.USERPROFILE
  return user && path.isAbsolute(user) ? user : undefined
}

/** The reason why nothing is saved. */
export const NO_HOME = 'there is no home directory'
