/** The completion script of a shell: a file of share/completion/, in which the tables are filled in. */
import {readPackagedFile} from '../../packaged-files.ts'
import type {CompletedCommand, CompletedFlag, CompletionSpec, Values} from './spec.ts'

interface Shell {
  /** In share/completion/. */
  file: string
  tables(spec: CompletionSpec): Record<string, string>
}

export const SHELLS: Record<string, Shell> = {
  bash: {file: 'xmpp.bash', tables: bashTables},
  zsh: {file: 'xmpp.zsh', tables: zshTables},
  fish: {file: 'xmpp.fish', tables: fishTables},
  powershell: {file: 'xmpp.ps1', tables: powershellTables},
}

/** @param root the folder of package.json */
export function completionScript(shell: Shell, spec: CompletionSpec, root: string): string {
  const template = readPackagedFile(root, `share/completion/${shell.file}`)
  const tables: Record<string, string> = {VERSION: spec.version, ...shell.tables(spec)}
  return template.replaceAll(/@([A-Z_]+)@/g, (whole, name: string) => tables[name] ?? whole)
}

function bashTables({commands, nextWords, sharedFlags}: CompletionSpec): Record<string, string> {
  const flagsOf = (flags: CompletedFlag[]): string =>
    quote(
      pairsOf(flags)
        .map(([word]) => word)
        .join(' '),
    )
  return {
    NEXT_WORDS: lines(
      [...nextWords],
      ([prefix, words]) =>
        `    ${quote(prefix)}) next=${quote(words.map(({word}) => word).join(' '))} ;;`,
    ),
    COMMANDS: lines(
      commands,
      ({args, flags, name}) =>
        `    ${quote(name)}) flags=${flagsOf(flags)} args=${quote(kindsOf(args).join(' '))} ;;`,
    ),
    SHARED_FLAGS: flagsOf(sharedFlags),
  }
}

function zshTables({commands, nextWords, sharedFlags}: CompletionSpec): Record<string, string> {
  const list = (words: string[]): string => words.map(quote).join(' ')
  return {
    NEXT_WORDS: lines(
      [...nextWords],
      ([prefix, words]) => `    (${quote(prefix)}) next=(${list(describedWords(words))}) ;;`,
    ),
    COMMANDS: lines(
      commands,
      ({args, flags, name}) =>
        `    (${quote(name)}) flags=(${list(pairsOf(flags).flat())}) args=(${list(kindsOf(args))}) ;;`,
    ),
    SHARED_FLAGS: list(pairsOf(sharedFlags).flat()),
  }
}

function fishTables({commands, nextWords, sharedFlags}: CompletionSpec): Record<string, string> {
  const list = (words: string[]): string => words.map(fishQuote).join(' ')
  const print = (name: string, words: string[]): string =>
    `        case ${fishQuote(name)}${words.length > 0 ? `\n            printf '%s\\n' ${list(words)}` : ''}`
  return {
    NEXT_WORDS: lines([...nextWords], ([prefix, words]) => print(prefix, describedWords(words))),
    ARGS: lines(commands, ({args, name}) => print(name, kindsOf(args))),
    COMMANDS: lines(commands, ({flags, name}) => print(name, pairsOf(flags).flat())),
    SHARED_FLAGS: list(pairsOf(sharedFlags).flat()),
  }
}

function powershellTables({
  commands,
  nextWords,
  sharedFlags,
}: CompletionSpec): Record<string, string> {
  const list = (words: string[]): string => words.map(powershellQuote).join(', ')
  const entry = ({args, flags, name}: CompletedCommand): string =>
    `    ${powershellQuote(name)} = @{ Flags = @(${list(pairsOf(flags).flat())}); Args = @(${list(kindsOf(args))}) }`
  return {
    NEXT_WORDS: lines(
      [...nextWords],
      ([prefix, words]) => `    ${powershellQuote(prefix)} = @(${list(describedWords(words))})`,
    ),
    COMMANDS: lines(commands, entry),
    SHARED_FLAGS: list(pairsOf(sharedFlags).flat()),
  }
}

/** `--show=away|dnd` and its summary; a short name has an entry of its own. */
const pairsOf = (flags: CompletedFlag[]): [word: string, summary: string][] =>
  flags.flatMap(({char, name, summary, values}) => {
    const kind = values === undefined ? '' : `=${kindOf(values)}`
    const names = char === undefined ? [`--${name}`] : [`--${name}`, `-${char}`]
    return names.map((word): [string, string] => [`${word}${kind}`, summary])
  })

const describedWords = (words: {word: string; summary: string}[]): string[] =>
  words.flatMap(({summary, word}) => [word, summary])

const kindOf = (values: Values): string => (typeof values === 'string' ? values : values.join('|'))

const kindsOf = (args: Values[]): string[] => args.map(kindOf)

const lines = <T>(entries: T[], line: (entry: T) => string): string => entries.map(line).join('\n')

/** For POSIX shells. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const fishQuote = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`

const powershellQuote = (text: string): string => `'${text.replaceAll("'", "''")}'`
