/** The completion script of a shell: a file of share/completion/, in which the tables are filled in. */
import {readPackagedFile} from '../../packaged-files.ts'
import type {CompletedFlag, CompletionSpec, Values} from './spec.ts'

/** How a shell writes the entries of its tables. Names are quoted already, and so are lists. */
interface Shell {
  /** In share/completion/. */
  file: string
  quote(text: string): string
  list(words: DescribedWord[]): string
  nextWords(prefix: string, words: string): string
  command(name: string, flags: string, args: string): string
  /** If the arguments have a table of their own. */
  args?(name: string, args: string): string
}

/** A word with its summary, if it has one. */
type DescribedWord = [word: string, ...summary: string[]]

export const SHELLS: Record<string, Shell> = {
  bash: {
    file: 'xmpp.bash',
    quote,
    list: (words) => quote(words.map(([word]) => word).join(' ')),
    nextWords: (prefix, words) => `    ${prefix}) next=${words} ;;`,
    command: (name, flags, args) => `    ${name}) flags=${flags} args=${args} ;;`,
  },
  zsh: {
    file: 'xmpp.zsh',
    quote,
    list: (words) => words.flat().map(quote).join(' '),
    nextWords: (prefix, words) => `    (${prefix}) next=(${words}) ;;`,
    command: (name, flags, args) => `    (${name}) flags=(${flags}) args=(${args}) ;;`,
  },
  fish: {
    file: 'xmpp.fish',
    quote: fishQuote,
    list: (words) => words.flat().map(fishQuote).join(' '),
    nextWords: fishCase,
    command: fishCase,
    args: fishCase,
  },
  powershell: {
    file: 'xmpp.ps1',
    quote: powershellQuote,
    list: (words) => words.flat().map(powershellQuote).join(', '),
    nextWords: (prefix, words) => `    ${prefix} = @(${words})`,
    command: (name, flags, args) => `    ${name} = @{ Flags = @(${flags}); Args = @(${args}) }`,
  },
}

/** @param root the folder of package.json */
export function completionScript(shell: Shell, spec: CompletionSpec, root: string): string {
  const template = readPackagedFile(root, `share/completion/${shell.file}`)
  const tables = tablesOf(shell, spec)
  return template.replaceAll(/@([A-Z_]+)@/g, (whole, name: string) => tables[name] ?? whole)
}

function tablesOf(shell: Shell, spec: CompletionSpec): Record<string, string> {
  const {list, quote} = shell
  const commands = spec.commands.map(({args, flags, name}) => ({
    name: quote(name),
    flags: list(flags.flatMap(wordsOf)),
    args: list(args.map((values) => [kindOf(values)])),
  }))
  const nextWords = [...spec.nextWords].map(([prefix, words]) =>
    shell.nextWords(quote(prefix), list(words.map(({summary, word}) => [word, summary]))),
  )
  return {
    VERSION: spec.version,
    NEXT_WORDS: nextWords.join('\n'),
    ARGS: commands.map(({args, name}) => shell.args?.(name, args)).join('\n'),
    COMMANDS: commands.map(({args, flags, name}) => shell.command(name, flags, args)).join('\n'),
    SHARED_FLAGS: list(spec.sharedFlags.flatMap(wordsOf)),
  }
}

/** `--show=away|dnd` and its summary; a short name has an entry of its own. */
function wordsOf({char, name, summary, values}: CompletedFlag): DescribedWord[] {
  const kind = values === undefined ? '' : `=${kindOf(values)}`
  const names = char === undefined ? [`--${name}`] : [`--${name}`, `-${char}`]
  return names.map((word) => [`${word}${kind}`, summary])
}

const kindOf = (values: Values): string => (typeof values === 'string' ? values : values.join('|'))

/** For POSIX shells. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function fishQuote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`
}

function fishCase(name: string, words: string): string {
  return `        case ${name}${words === '' ? '' : `\n            printf '%s\\n' ${words}`}`
}

function powershellQuote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
