/** The edits of the config file: each one changes the lines, and states the content that they must have afterwards. */
import {isDeepStrictEqual} from 'node:util'
import type {ConfigEdit, Toml} from './edit.ts'
import type {Table} from './options.ts'

export function setDefaultAccount(name: string | undefined): ConfigEdit {
  return {
    lines(lines, toml) {
      const header = lines.findIndex((line) => /^\s*\[/.test(line))
      const top = header === -1 ? lines : lines.slice(0, header)
      const entries = entriesOf(top, toml)
      const index = entries.findIndex(({key}) => key === 'default_account')
      const linesOf = (some: TableEntry[]): string[] => some.flatMap(({lines}) => lines)
      if (index !== -1 && name === undefined) {
        const below = [...linesOf(entries.slice(index + 1)), ...lines.slice(top.length)]
        return paragraphs(linesOf(entries.slice(0, index)), below)
      }
      if (index !== -1)
        return [...changeEntries(top, {default_account: name}, toml), ...lines.slice(top.length)]
      if (name === undefined) return lines
      const start = headingLength(lines)
      const above = paragraphs(lines.slice(0, start), [assignment('default_account', name)])
      return paragraphs(above, lines.slice(start))
    },
    content: (before) => ({...before, defaultAccount: name}),
  }
}

type Changes = {[K in keyof Table]: Table[K] | undefined}

/** Adds the account, or changes some of its keys; undefined removes a key. */
export function putAccount(name: string, changes: Changes): ConfigEdit {
  const added = Object.entries(changes).filter(([, value]) => value !== undefined)
  return {
    lines(lines, toml) {
      const {end, start} = section(lines, name, toml)
      if (start === -1)
        return paragraphs(lines, [
          header(name),
          ...added.map(([key, value]) => assignment(key, value)),
        ])
      const body = lines.slice(start + 1, end)
      const there = entriesOf(body, toml).map(({key}) => key)
      const changed = changeEntries(body, changes, toml)
      const missing = added.filter(([key]) => !there.includes(key))
      const last = changed.findLastIndex((line) => !/^\s*(?:#.*)?$/.test(line)) + 1
      return [
        ...lines.slice(0, start + 1),
        ...changed.slice(0, last),
        ...missing.map(([key, value]) => assignment(key, value)),
        ...changed.slice(last),
        ...lines.slice(end),
      ]
    },
    content(before) {
      const old = Object.entries(before.accounts.get(name) ?? {}).filter(
        ([key]) => !(key in changes),
      )
      const table = Object.fromEntries([...old, ...added]) as Table
      return {...before, accounts: new Map([...before.accounts, [name, table]])}
    },
  }
}

export function dropAccount(name: string): ConfigEdit {
  return {
    lines(lines, toml) {
      const {end, start} = section(lines, name, toml)
      return start === -1 ? lines : paragraphs(lines.slice(0, start), lines.slice(end))
    },
    content: (before) => ({
      ...before,
      accounts: new Map([...before.accounts].filter(([other]) => other !== name)),
    }),
  }
}

export function renameAccount(from: string, to: string): ConfigEdit {
  return {
    lines(lines, toml) {
      const {start} = section(lines, from, toml)
      return lines.map((line, index) =>
        index === start ? header(to) + commentOf(line, toml) : line,
      )
    },
    content: (before) => ({
      ...before,
      accounts: new Map(
        [...before.accounts].map(([name, table]) => [name === from ? to : name, table]),
      ),
    }),
  }
}

/** The lines of an account's table. Comments above a header belong to that header. */
function section(lines: string[], name: string, toml: Toml): {start: number; end: number} {
  const start = lines.findIndex((line) => accountOf(line, toml) === name)
  const length = lines.slice(start + 1).findIndex((line) => /^\s*\[/.test(line))
  let end = length === -1 ? lines.length : start + 1 + length
  if (length !== -1) while (/^\s*(#.*)?$/.test(lines[end - 1] ?? '[')) end--
  return {start, end}
}

/** Undefined for a line inside a multi-line value that looks like a header. */
function accountOf(line: string, toml: Toml): string | undefined {
  if (!/^\s*\[\s*accounts\b/.test(line)) return undefined
  const {accounts} = parsed(line, toml) ?? {}
  return Object.keys(accounts ?? {})[0]
}

interface TableEntry {
  /** Undefined for comments, empty lines, and lines that cannot be parsed. */
  key: string | undefined
  value: unknown
  lines: string[]
}

/** The keys of a table with their values, which may have several lines, and the lines between them. */
function entriesOf(lines: string[], toml: Toml): TableEntry[] {
  const entries: TableEntry[] = []
  for (let rest = lines; rest.length > 0; rest = rest.slice(entries.at(-1)?.lines.length)) {
    const here = rest
    const read = (length: number) => parsed(here.slice(0, length).join('\n'), toml)
    const length = here.map((_, index) => index + 1).find((length) => read(length)) ?? 1
    const [[key, value] = []] = Object.entries(read(length) ?? {})
    entries.push({key, value, lines: here.slice(0, length)})
  }
  return entries
}

/** Each key keeps its position, and the comment after its value. */
function changeEntries(lines: string[], changes: object, toml: Toml): string[] {
  const wanted = new Map(Object.entries(changes))
  return entriesOf(lines, toml).flatMap(({key, lines, value}) => {
    if (key === undefined || !wanted.has(key)) return lines
    const now = wanted.get(key)
    if (now === undefined) return []
    if (isDeepStrictEqual(now, value)) return lines
    const [indent = ''] = /^\s*/.exec(lines[0] ?? '') ?? []
    return [indent + assignment(key, now) + commentOf(lines.join('\n'), toml)]
  })
}

/** The comment after a value or a header: it begins at the first `#` before which the text can be parsed. */
function commentOf(text: string, toml: Toml): string {
  const starts = [...text.matchAll(/\s*#/g)].map(({index}) => index)
  const start = starts.find((start) => parsed(text.slice(0, start), toml))
  return start === undefined ? '' : text.slice(start)
}

function parsed(text: string, toml: Toml): Record<string, unknown> | undefined {
  try {
    return toml.parse(text)
  } catch {
    return undefined
  }
}

/** The number of lines of the comment at the start of the file, if an empty line follows it. */
function headingLength(lines: string[]): number {
  const length = lines.findIndex((line) => !/^\s*#/.test(line))
  return lines[length]?.trim() === '' ? length : 0
}

/** Joins both parts with one empty line. */
function paragraphs(above: string[], below: string[]): string[] {
  const text = above.findLastIndex((line) => line.trim() !== '')
  const first = below.findIndex((line) => line.trim() !== '')
  if (first === -1) return above.slice(0, text + 1)
  return [...above.slice(0, text + 1), ...(text === -1 ? [] : ['']), ...below.slice(first)]
}

const header = (name: string): string => `[accounts.${/^[\w-]+$/.test(name) ? name : quote(name)}]`

const assignment = (key: string, value: unknown): string => `${key} = ${JSON.stringify(value)}`

/** A JSON string is also a TOML string; the check after the edit finds the exceptions. */
const quote = (text: string): string => JSON.stringify(text)
