/** Reads and checks the config file (TOML). An unknown key is an error: a misspelt key must not disable a setting silently. */
import {isUtf8} from 'node:buffer'
import type {Stats} from 'node:fs'
import path from 'node:path'
import {EXIT, Failure, reasonOf} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {readFileUntil} from '../../read-file.ts'
import {configHome, type Env} from '../state/directories.ts'
import {isOptionKey, OPTIONS, type Table} from './options.ts'

export interface Config {
  /** Its path, also if it does not exist; undefined without a home directory. */
  file: string | undefined
  exists: boolean
  defaultAccount: string | undefined
  defaults: Table
  accounts: Map<string, Table>
  /** JIDs by the name of an alias. */
  aliases: Map<string, string[]>
}

export const NO_CONFIG: Config = {
  file: undefined,
  exists: false,
  defaultAccount: undefined,
  defaults: {},
  accounts: new Map(),
  aliases: new Map(),
}

export interface Loading {
  /** Ends the reading of a FIFO. */
  signal?: AbortSignal
  /** Whether a named file may be missing. */
  allowMissing?: boolean | undefined
}

/** Reads `--config`, `XMPP_CONFIG` or the file in the home directory. A named file must exist, unless `allowMissing`. */
export async function loadConfig(
  explicit: string | undefined,
  env: Env,
  {allowMissing = false, signal = new AbortController().signal}: Loading = {},
): Promise<Config> {
  const named = explicit ?? (env.XMPP_CONFIG || undefined)
  const home = configHome(env)
  const file = named ?? (home && path.join(home, 'config.toml'))
  if (file === undefined) return NO_CONFIG
  const read = await readConfig(file, named !== undefined && !allowMissing, signal)
  if (read === undefined) return {...NO_CONFIG, file}
  const config = {file, exists: true, ...(await parseConfig(read.text, file))}
  if (read.byGroup && runsCommands(config)) throw unsafe('A group', file, 'g-w')
  return config
}

const runsCommands = ({accounts, defaults}: Config): boolean =>
  [defaults, ...accounts.values()].some((table) => table.password_command !== undefined)

/** Throws `bad-config` for the first error, with its position. */
export async function parseConfig(
  text: string,
  file: string,
): Promise<Omit<Config, 'file' | 'exists'>> {
  const {
    accounts = {},
    aliases = {},
    default_account,
    defaults,
    ...unknown
  } = await parseToml(text, file)
  const [unknownKey] = Object.keys(unknown)
  if (unknownKey !== undefined)
    throw badConfig(file, `${unknownKey} is not a key of the top level`, {
      hint: 'The top level has default_account, [defaults], [aliases] and [accounts.NAME]',
    })
  if (default_account !== undefined && typeof default_account !== 'string')
    throw badConfig(file, 'default_account must be the name of an account, in quotes')
  if (!isTable(accounts)) throw badConfig(file, 'accounts must be tables: [accounts.NAME]')
  if (default_account !== undefined && !Object.hasOwn(accounts, default_account))
    throw badConfig(file, `default_account is "${default_account}", which does not exist`, {
      hint: `Its accounts are: ${Object.keys(accounts).join(', ') || 'none. Add one as [accounts.NAME]'}`,
    })
  return {
    defaultAccount: default_account,
    defaults: defaults === undefined ? {} : checkTable(defaults, '[defaults]', file),
    accounts: new Map(
      Object.entries(accounts).map(([name, table]) => [
        name,
        checkTable(table, `[accounts.${name}]`, file),
      ]),
    ),
    aliases: readAliases(aliases, file),
  }
}

function readAliases(aliases: unknown, file: string): Map<string, string[]> {
  if (!isTable(aliases)) throw badConfig(file, 'aliases must be a table: [aliases]')
  return new Map(
    Object.entries(aliases).map(([name, value]) => {
      if (/[@.:/\s]/.test(name))
        throw badConfig(file, `The alias "${name}" looks like an address`, {
          hint: 'The name of an alias has no @ . : / and no space',
        })
      const jids: unknown[] = [value].flat()
      if (jids.length === 0 || !jids.every(isJid))
        throw badConfig(file, `The alias ${name} must be a JID, or a list of JIDs`, {
          hint: `${name} = ["juliet@example.com", "romeo@example.net"]`,
        })
      return [name, jids]
    }),
  )
}

function isJid(value: unknown): value is string {
  try {
    return typeof value === 'string' && parseJid(value) !== undefined
  } catch {
    return false
  }
}

/** `byGroup`: the group of the file may change it. */
async function readConfig(
  file: string,
  mustExist: boolean,
  signal: AbortSignal,
): Promise<{text: string; byGroup: boolean} | undefined> {
  let mode = 0
  // Its commands run with the rights of the user, so only the user may change the file.
  const check = (stats: Stats): void => {
    if (process.platform !== 'win32' && stats.isFile()) mode = stats.mode
    if (mode & 0o002) throw unsafe('Every user', file, 'o-w')
  }
  try {
    const bytes = await readFileUntil(file, {signal, check})
    if (!isUtf8(bytes)) throw badConfig(file, 'The file is not UTF-8 text')
    return {text: bytes.toString(), byGroup: (mode & 0o020) !== 0}
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const {code} = cause as NodeJS.ErrnoException
    if (!mustExist && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined
    const message = `Cannot read the config file ${file}: ${reasonOf(cause)}`
    throw new Failure('bad-config', message, EXIT.config, {cause})
  }
}

async function parseToml(text: string, file: string): Promise<Record<string, unknown>> {
  const {parse, TomlError} = await import('smol-toml')
  try {
    return parse(text.replace(/^\ufeff/, '')) // some editors put a byte order mark there
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    // The rest of the message quotes lines of the file, which may contain secrets.
    const [what = ''] = cause.message.replace(/^Invalid TOML document: /, '').split('\n', 1)
    throw badConfig(`${file}:${cause.line}:${cause.column}`, what, {
      hint: 'A line is: key = "text", with the quotes. All keys: xmpp help config-file',
      cause,
    })
  }
}

function checkTable(table: unknown, where: string, file: string): Table {
  if (!isTable(table)) throw badConfig(file, `${where} must be a table`)
  for (const [key, value] of Object.entries(table)) {
    if (key === 'password')
      throw badConfig(file, `${where} has a password in clear`, {
        hint: 'Put it into a file of its own and name that with password_file, or use xmpp login',
      })
    if (!isOptionKey(key))
      throw badConfig(file, `${key} in ${where} is not a known key`, {
        hint: `Keys are ${Object.keys(OPTIONS).join(', ')}`,
      })
    const {type} = OPTIONS[key]
    if (!FITS[type](value)) throw badConfig(file, `${key} in ${where} must be ${SHAPES[type]}`)
  }
  const entries = Object.entries(table).map(([key, value]) => [
    key,
    isOptionKey(key) && OPTIONS[key].type === 'list' ? [value].flat().join(',') : value,
  ])
  return Object.fromEntries(entries) // with an ordinary prototype, so that tables can be compared
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const isText = (value: unknown): boolean => typeof value === 'string'

/** NUL ends an argument of a process. */
const isArgument = (value: unknown): boolean => typeof value === 'string' && !value.includes('\0')

const FITS = {
  string: isText,
  strings: (value: unknown) => Array.isArray(value) && Boolean(value[0]) && value.every(isArgument),
  list: (value: unknown) => isText(value) || FITS.strings(value),
  boolean: (value: unknown) => typeof value === 'boolean',
  integer: (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0,
}

const SHAPES = {
  string: 'text in quotes',
  strings: 'a list of texts: ["first", "second"]',
  list: 'text in quotes, or a list of texts: ["first", "second"]',
  boolean: 'true or false',
  integer: 'a whole number',
}

function unsafe(writer: string, file: string, change: string): Failure {
  return new Failure('unsafe-file-mode', `${writer} may change ${file}`, EXIT.config, {
    hint: `Run: chmod ${change} ${file}`,
  })
}

function badConfig(
  where: string,
  what: string,
  details: {hint?: string; cause?: unknown} = {},
): Failure {
  return new Failure('bad-config', `${where}: ${what}`, EXIT.config, details)
}

/** Without a home directory the config file has no default path. */
export function noConfigFile(): Failure {
  return new Failure(
    'no-config-file',
    'The config file has no path, since there is no home directory',
    EXIT.config,
    {
      hint: 'Set HOME or XDG_CONFIG_HOME, or name a file with --config',
    },
  )
}

export function jidOfTable({jid}: Table): string | undefined {
  try {
    return jid === undefined ? undefined : parseJid(jid).bare
  } catch {
    return undefined // a command that uses this account reports it
  }
}
