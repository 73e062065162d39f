/**
 * Changes to the config file, line by line, so that its comments and its order stay. What comes
 * out is read again, and written only if it means exactly what was wanted.
 */
import {readFile, realpath} from 'node:fs/promises'
import {isDeepStrictEqual} from 'node:util'
import {EXIT, Failure} from '../errors.ts'
import {type Config, parseConfig} from './config.ts'
import type {Table} from './options.ts'
import {writePrivate} from './private-file.ts'

type Meaning = Omit<Config, 'file' | 'exists'>

export interface Edit {
  lines(lines: string[], toml: Toml): string[]
  meaning(before: Meaning): Meaning
}

type Toml = typeof import('smol-toml')

export async function editConfig({exists, file}: Config, edits: Edit[]): Promise<void> {
  if (file === undefined)
    throw new Failure('no-config-file', 'There is no place for a config file', EXIT.config, {
      hint: 'Set HOME or XDG_CONFIG_HOME, or name a file with --config',
    })
  const toml = await import('smol-toml')
  const target = exists ? await realpath(file) : file // a link to it, from a dotfiles folder, stays a link
  const before = exists ? await readFile(target, 'utf8') : ''
  let lines = before.trimEnd().split('\n')
  let wanted = await parseConfig(before, file)
  for (const edit of edits) {
    lines = edit.lines(lines, toml)
    wanted = edit.meaning(wanted)
  }
  const after = `${lines.join('\n').trim()}\n`
  const meant = await parseConfig(after, file).catch(() => undefined)
  if (!isDeepStrictEqual(meant, wanted))
    throw new Failure('config-not-edited', `Cannot edit ${file} without harm`, EXIT.config, {
      hint: 'It is laid out in an unusual way: please make the change by hand',
    })
  try {
    await writePrivate(target, after, true)
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    throw new Failure('config-not-written', `Cannot write ${file} (${code})`, EXIT.config, {cause})
  }
}

export function setDefaultAccount(name: string | undefined): Edit {
  return {
    lines(lines) {
      const start = lines.findIndex((line) => /^\s*\[/.test(line))
      const top = start === -1 ? lines : lines.slice(0, start)
      const kept = top.filter((line) => !/^\s*default_account\s*=/.test(line))
      const added = name === undefined ? [] : [`default_account = ${quote(name)}`]
      return paragraphs([...added, ...kept], start === -1 ? [] : lines.slice(start))
    },
    meaning: (before) => ({...before, defaultAccount: name}),
  }
}

/** Adds the account, or changes what `changes` names of it; undefined drops a key. */
export function putAccount(
  name: string,
  changes: {[K in keyof Table]: Table[K] | undefined},
): Edit {
  const added = Object.entries(changes).filter(([, value]) => value !== undefined)
  return {
    lines(lines, toml) {
      const written = added.map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
      const {end, start} = section(lines, name, toml)
      if (start === -1) return paragraphs(lines, [header(name), ...written])
      const kept = lines.slice(start + 1, end).filter((line) => !(keyOf(line) in changes))
      return [...lines.slice(0, start + 1), ...written, ...kept, ...lines.slice(end)]
    },
    meaning(before) {
      const old = Object.entries(before.accounts.get(name) ?? {}).filter(
        ([key]) => !(key in changes),
      )
      const table = Object.fromEntries([...old, ...added]) as Table
      return {...before, accounts: new Map([...before.accounts, [name, table]])}
    },
  }
}

export function dropAccount(name: string): Edit {
  return {
    lines(lines, toml) {
      const {end, start} = section(lines, name, toml)
      return start === -1 ? lines : paragraphs(lines.slice(0, start), lines.slice(end))
    },
    meaning: (before) => ({
      ...before,
      accounts: new Map([...before.accounts].filter(([other]) => other !== name)),
    }),
  }
}

export function renameAccount(from: string, to: string): Edit {
  return {
    lines(lines, toml) {
      const {start} = section(lines, from, toml)
      return lines.map((line, index) => (index === start ? header(to) : line))
    },
    meaning: (before) => ({
      ...before,
      accounts: new Map(
        [...before.accounts].map(([name, table]) => [name === from ? to : name, table]),
      ),
    }),
  }
}

/** From the header of an account's table to what belongs to the next one; comments above a header are its own. */
function section(lines: string[], name: string, toml: Toml): {start: number; end: number} {
  const start = lines.findIndex((line) => accountOf(line, toml) === name)
  const length = lines.slice(start + 1).findIndex((line) => /^\s*\[/.test(line))
  let end = length === -1 ? lines.length : start + 1 + length
  if (length !== -1) while (/^\s*(#.*)?$/.test(lines[end - 1] ?? '[')) end--
  return {start, end}
}

function accountOf(line: string, toml: Toml): string | undefined {
  if (!/^\s*\[\s*accounts\b/.test(line)) return undefined
  try {
    const {accounts} = toml.parse(line) as {accounts?: object}
    return Object.keys(accounts ?? {})[0]
  } catch {
    return undefined // a line of a longer value that looks like a header
  }
}

/** One empty line between the two. */
function paragraphs(above: string[], below: string[]): string[] {
  const text = above.findLastIndex((line) => line.trim() !== '')
  const first = below.findIndex((line) => line.trim() !== '')
  if (first === -1) return above.slice(0, text + 1)
  return [...above.slice(0, text + 1), ...(text === -1 ? [] : ['']), ...below.slice(first)]
}

const keyOf = (line: string): string => /^\s*(\w+)\s*=/.exec(line)?.[1] ?? ''

const header = (name: string): string => `[accounts.${/^[\w-]+$/.test(name) ? name : quote(name)}]`

/** A JSON string is a TOML one, but for what the check after the edit would catch. */
const quote = (text: string): string => JSON.stringify(text)
