/** Reads argv before oclif parses it. */
import {isUtf8} from 'node:buffer'
import {existsSync, readFileSync} from 'node:fs'
import {EXIT, Failure} from '../errors.ts'

export const hasJsonFlag = (argv: readonly string[]): boolean => flagsOf(argv).includes('--json')

/** `-q` may be joined with other short flags: `-vq`. */
export const hasQuietFlag = (argv: readonly string[]): boolean =>
  flagsOf(argv).some((word) => word === '--quiet' || /^-v*qv*$/.test(word))

export const hasHelpFlag = (argv: readonly string[]): boolean => flagsOf(argv).some(isHelp)

export const isHelp = (word: string): boolean => word === '--help' || word === '-h'

/** Words after `--` are not flags. */
function flagsOf(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}

/** No argument of a process contains it. */
const MARK = '\0'

/**
 * Marks a text of `-m` that begins with a hyphen, because oclif would read it as a flag: `-m --help` would print the help,
 * and `-m -vague` would have no value. `unmarkText` removes the mark.
 */
export const markTexts = (argv: readonly string[]): string[] =>
  mark(argv, (word) => word === '-m' || word === '--message', /^-/)

/**
 * Marks the values of other flags that begin with a hyphen, such as an id that a script has: for `--id -abc`, oclif would
 * read the flag `-a`. `unmarkValues` removes the marks. A single letter after a space is a flag.
 */
export const markValues = (argv: readonly string[], flags: Record<string, FlagSyntax>): string[] =>
  mark(argv, (word) => takesValue(flags, word), /^-[^-\d]./s)

/** @param takes whether a flag has a value @param value which words are one, after such a flag */
function mark(argv: readonly string[], takes: (flag: string) => boolean, value: RegExp): string[] {
  const isValue = (word: string, index: number): boolean =>
    takes(argv[index - 1] ?? '') && value.test(word)
  const end = argv.findIndex((word, index) => word === '--' && !isValue(word, index))
  return argv.map((word, index) => {
    if (end >= 0 && index >= end) return word
    if (isValue(word, index)) return MARK + word
    const [, flag = '', joined = ''] = /^(--[\w-]+=|-\w=?)(-\D.*)$/s.exec(word) ?? []
    return takes(flag.replace('=', '')) ? flag + MARK + joined : word
  })
}

export const unmarkText = (text: string): string => text.replaceAll(MARK, '')

/** Removes the marks from the values of flags. */
export function unmarkValues(values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values))
    if (typeof value === 'string') values[name] = unmarkText(value)
    else if (Array.isArray(value))
      values[name] = value.map((each) => (typeof each === 'string' ? unmarkText(each) : each))
}

/** Gives a flag without a value the value `absent`, because oclif has no optional values: `--hold` and `--hold 5m`. */
export function withOptionalValue(argv: string[], flag: string, absent: string): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, index) => {
    const next = argv[index + 1]
    const isBare = word === flag && (next === undefined || next.startsWith('-'))
    return isBare && (end === -1 || index < end) ? `${flag}=${absent}` : word
  })
}

/** The properties of a flag of oclif that say which words are its value. */
interface FlagSyntax {
  type: 'boolean' | 'option'
  char?: string | undefined
  helpValue?: string | string[] | undefined
}

const takesValue = (flags: Record<string, FlagSyntax>, word = ''): boolean =>
  Object.entries(flags).some(
    ([name, {char, type}]) => type === 'option' && [`--${name}`, `-${char}`].includes(word),
  )

/** Throws `usage` (2) for `--yes=no`, which oclif reads as the flag and an argument `no`. */
export function refuseValues(argv: readonly string[], flags: Record<string, FlagSyntax>): void {
  flagsOf(argv).forEach((word, index, words) => {
    const [, name = ''] = /^--([\w-]+)=/.exec(word) ?? []
    if (!Object.hasOwn(flags, name) || flags[name]?.type !== 'boolean') return
    if (takesValue(flags, words[index - 1])) return
    throw new Failure('usage', `--${name} takes no value`, EXIT.usage, {
      hint: `Write --${name} alone, or leave it out`,
    })
  })
}

/** Throws `usage` (2) for a file without a name, as an unset variable of a script gives it. */
export function refuseEmptyFileNames(
  values: Record<string, unknown>,
  flags: Record<string, FlagSyntax>,
): void {
  const empty = Object.keys(flags).find(
    (name) =>
      ['FILE', 'PEM', 'DIR'].includes(String(flags[name]?.helpValue)) &&
      [values[name]].flat().includes(''),
  )
  if (empty === undefined) return
  throw new Failure('usage', `--${empty} is empty`, EXIT.usage, {
    hint: 'Write the name of a file or folder. A variable of the script may be unset',
  })
}

/**
 * Throws `not-utf8` (65), and `no-input` (66) if the argument names a file: Node decodes invalid bytes as U+FFFD and cannot
 * open it. An argument may also contain that character, so the bytes are read from the system where it shows them, as Linux
 * does.
 */
export function checkArguments(argv: readonly string[]): void {
  if (!argv.some((word) => word.includes('\ufffd'))) return
  const words = commandLine().toString('latin1').split('\0').slice(0, -1)
  const bytes = words
    .slice(-argv.length)
    .map((word) => Buffer.from(word, 'latin1'))
    .find((word) => !isUtf8(word))
  if (bytes === undefined) return
  const file = [bytes, bytes.subarray(bytes.indexOf('=') + 1)].find((name) => existsSync(name))
  if (file)
    throw new Failure('no-input', `The file name "${file}" is not UTF-8 text`, EXIT.noInput, {
      hint: 'Rename the file, or read it from standard input: xmpp upload - --name NAME < FILE',
    })
  throw new Failure('not-utf8', `The argument "${bytes}" is not UTF-8 text`, EXIT.data, {
    hint: 'Convert it first: iconv -f ISO-8859-1 -t UTF-8',
  })
}

function commandLine(): Buffer {
  try {
    return readFileSync('/proc/self/cmdline')
  } catch {
    return Buffer.alloc(0) // other systems have no such file
  }
}
