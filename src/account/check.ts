/** Finds all problems in the values of a config file, for `xmpp config check`. */
import {toFailure} from '../errors.ts'
import type {Config} from './config/config.ts'
import {attributeError} from './config/error-origin.ts'
import type {AccountFlags} from './config/options.ts'
import {checkPasswordCommand} from './secrets/password-command.ts'
import {resolveSettings, type Settings} from './settings.ts'
import type {Env} from './state/directories.ts'

export interface Problem {
  /** The name of the account, or `[defaults]`. */
  account: string
  code: string
  message: string
  hint: string | null
}

type Check = (settings: Settings) => unknown

const CHECKS: Check[] = [
  ({password, secret}) => secret.kind === 'password-file' && password(),
  ({account, config, secret, sources}) => {
    const table = account === undefined ? config.defaults : config.accounts.get(account)
    const argv = table?.password_command ?? config.defaults.password_command
    return secret.kind === 'password-command' && argv && checkPasswordCommand(argv, sources.env)
  },
]

interface Checking {
  env: Env
  /** The accounts to check. */
  names: string[]
  /** Further checks; each throws if it finds a problem. */
  checks: Check[]
  /** Ends the reading of a FIFO. */
  signal: AbortSignal
}

/**
 * Checks each account with the settings of a run with `--account` and without variables, and [defaults] alone. Runs no
 * password command.
 */
export async function checkAccounts(
  config: Config,
  {checks, env, names, signal}: Checking,
): Promise<Problem[]> {
  const {HOME, PATH, USERPROFILE, XDG_CONFIG_HOME} = env
  const own = {HOME, PATH, USERPROFILE, XDG_CONFIG_HOME}
  const all = {checks: [...CHECKS, ...checks], signal}
  const common =
    Object.keys(config.defaults).length === 0
      ? []
      : await problemsOf('[defaults]', {jid: 'nobody@localhost', config: config.file}, own, all)
  const problems = [...common]
  for (const account of names)
    for (const problem of await problemsOf(account, {account, config: config.file}, own, all))
      if (!common.some(({message}) => message === problem.message)) problems.push(problem)
  return problems
}

async function problemsOf(
  account: string,
  flags: AccountFlags,
  env: Env,
  {checks, signal}: Pick<Checking, 'checks' | 'signal'>,
): Promise<Problem[]> {
  const problems: Problem[] = []
  const attempt = async <T>(work: () => T | Promise<T>, read = toFailure) => {
    try {
      return await work()
    } catch (error) {
      const {code, hint = null, message} = read(error)
      problems.push({account, code, message, hint})
      return undefined
    }
  }
  const settings = await attempt(() =>
    resolveSettings(flags, {
      env,
      timeout: undefined,
      limit: () => signal,
      warn: () => {},
      readStdin: () => Promise.resolve(''),
      ask: () => Promise.resolve(''),
    }),
  )
  if (settings)
    for (const check of checks)
      await attempt(
        () => check(settings),
        (error) => attributeError(error, settings.sources),
      )
  return problems
}
