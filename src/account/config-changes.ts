/** What can be changed in the config file: each change as lines, and as what they are to mean. */
import type {Edit, Toml} from './config-edit.ts'
import type {Table} from './options.ts'

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
