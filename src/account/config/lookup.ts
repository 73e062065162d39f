/** Looks up a setting: flags override variables, which override the account's table, which overrides `[defaults]`. */
import {EXIT, Failure} from '../../errors.ts'
import type {Env} from '../state/directories.ts'
import type {Config} from './config.ts'
import {type AccountFlags, OPTIONS, type Option, type OptionKey} from './options.ts'

export type Level = 'flag' | 'environment' | 'account' | 'defaults' | 'built-in'

export interface Value<T = string | number | boolean | string[]> {
  value: T
  level: Level
  /** For messages: `--server`, `XMPP_SERVER`, `account work`. */
  origin: string
}

export interface Sources {
  flags: AccountFlags
  env: Env
  config: Config
  /** The name of the account's table. */
  account: string | undefined
}

/** All sources that set the value; the first one is used. */
export function lookupAll(key: OptionKey, sources: Sources): Value[] {
  const {account, config, env, flags} = sources
  const {flag, variable}: Option = OPTIONS[key]
  const fromFlag = flag && flags[flag as keyof AccountFlags]
  const fromEnv = variable && env[variable]
  const fromAccount = account === undefined ? undefined : config.accounts.get(account)?.[key]
  const fromDefaults = config.defaults[key]
  return [
    ...(fromFlag !== undefined && fromFlag !== false
      ? [{value: fromFlag, level: 'flag' as const, origin: `--${flag}`}]
      : []),
    // An empty variable is how a script unsets one.
    ...(fromEnv ? [{value: fromEnv, level: 'environment' as const, origin: `${variable}`}] : []),
    ...(fromAccount !== undefined
      ? [{value: fromAccount, level: 'account' as const, origin: `account ${account}`}]
      : []),
    ...(fromDefaults !== undefined
      ? [{value: fromDefaults, level: 'defaults' as const, origin: '[defaults]'}]
      : []),
  ]
}

export function lookup(key: OptionKey, sources: Sources): Value<string> | undefined {
  const [found] = lookupAll(key, sources)
  return found && {...found, value: String(found.value)}
}

/** Parses a value. Its failure names the flag, the variable or the config file that has it. */
export function withConfigErrors<T, U>(given: Value<T>, read: (value: T) => U): U {
  try {
    return read(given.value)
  } catch (error) {
    throw error instanceof Failure ? inConfig(given, error) : error
  }
}

/** The failure of a value names its flag or variable. It is 78 if the value comes from the config file. */
export function inConfig({level, origin}: Value<unknown>, failure: Failure): Failure {
  if (!fromConfig(level)) return failure.about(origin)
  const message = `${failure.message} (config file, ${origin})`
  return failure.with({message, exitCode: EXIT.config})
}

export const fromConfig = (level: Level): boolean => level === 'account' || level === 'defaults'
