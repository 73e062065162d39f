/** The pages of help, each no longer than what it has to say: of everything, of a topic, of a command. */

import {readFileSync} from 'node:fs'
import path from 'node:path'
import {type Command, HelpBase} from '@oclif/core'
import {sharedFlags} from './flags.ts'
import {EXAMPLES, EXIT_CODES, GROUPS, MORE, type Rows, VARIABLES} from './help-topics.ts'
import {unknownCommand} from './parse-errors.ts'
import {writeOut} from './stdout.ts'

type HelpConfig = ConstructorParameters<typeof HelpBase>[0]
type Flag = Command.Flag.Any

/** What there is to tell. */
export interface HelpData {
  summary: string
  /** By id: `roster:add`. */
  commands: Record<string, Command.Cached>
  topics: Record<string, {description: string}>
}

const isShared = ({name}: Flag): boolean => Object.hasOwn(sharedFlags, name)

/** The layout is oclif's: sections, lists in two columns, all of it wrapped to the terminal. */
export class Help extends HelpBase {
  readonly #book: HelpData

  constructor(config: HelpConfig, book: HelpData) {
    super(config)
    this.#book = book
  }

  /** Throws a usage `Failure` where nothing goes by these words. */
  async showHelp(words: string[]): Promise<void> {
    const [first] = words
    const {commands} = this.#book
    const ids = Object.keys(commands)
    const isTopic = (name: string): boolean => ids.some((id) => id.startsWith(`${name}:`))
    const prefixes = words.map((_, i) => words.slice(0, i + 1).join(':'))
    const command = prefixes.map((id) => commands[id]).find(Boolean)
    if (first === undefined) await this.#show(this.#root())
    else if (command) await this.showCommandHelp(command)
    else if (isTopic(words.join(':'))) await this.#show(this.#topic(words.join(':')))
    else if (first === 'flags') await this.#show(this.#sharedFlags())
    else if (first === 'exit-codes') await this.#show([this.section('EXIT CODES', EXIT_CODES)])
    else throw unknownCommand(words, ids)
  }

  /** What comes last stays on the screen: examples. */
  async showCommandHelp(command: Command.Cached): Promise<void> {
    const {args, description, examples, flags, id, summary = '', usage} = command
    const name = id.replaceAll(':', ' ')
    const words = Object.values(args).map((arg) => wordOf(arg, command))
    const fill = (text: string): string =>
      text.replaceAll('<%= config.bin %>', 'xmpp').replaceAll('<%= command.id %>', name)
    const own = Object.values(flags).filter((flag) => !isShared(flag))
    const meanings = Object.values(args).map((arg, i): Rows[number] => [
      words[i] ?? '',
      arg.description ?? '',
    ])
    await this.#show([
      summary,
      this.section('USAGE', fill(`$ xmpp ${usage ?? [name, ...words].join(' ')} [flags]`)),
      ...(description ? [this.section('DESCRIPTION', this.wrap(description))] : []),
      ...(meanings.length > 0 ? [this.section('ARGUMENTS', meanings)] : []),
      ...this.#flagSections(own),
      this.section('COMMON FLAGS', this.wrap(namesOf(sharedFlags))),
      this.section('EXAMPLES', (examples as string[]).map((line) => `$ ${fill(line)}`).join('\n')),
    ])
  }

  #root(): string[] {
    const {commands, topics} = this.#book
    const about = (word: string): string => {
      const verbs = this.#verbs(word).map(([id]) => id.slice(word.length + 1).replaceAll(':', ' '))
      const {description} = topics[word] ?? {}
      return description ? `${description} (${verbs.join(', ')})` : (commands[word]?.summary ?? '')
    }
    return [
      this.#book.summary,
      this.section('USAGE', '$ xmpp COMMAND [flags]'),
      ...Object.entries(GROUPS).map(([header, words]) =>
        this.section(
          header,
          words.map((word): Rows[number] => [word, about(word)]),
        ),
      ),
      this.section('MORE', MORE),
      this.section('EXAMPLES', EXAMPLES),
    ]
  }

  #topic(name: string): string[] {
    const rows = this.#verbs(name).map(([id, {summary = ''}]): Rows[number] => [
      id.replaceAll(':', ' '),
      summary,
    ])
    return [
      this.#book.topics[name]?.description ?? '',
      this.section('USAGE', `$ xmpp ${name.replaceAll(':', ' ')} COMMAND [flags]`),
      this.section('COMMANDS', rows),
      this.section('MORE', [
        [`xmpp help ${name.replaceAll(':', ' ')} COMMAND`, 'what it does and takes'],
      ]),
    ]
  }

  #verbs(topic: string): [id: string, command: Command.Cached][] {
    return Object.entries(this.#book.commands).filter(([id]) => id.startsWith(`${topic}:`))
  }

  #sharedFlags(): string[] {
    const flags = Object.values(this.#book.commands.ping?.flags ?? {}) // as every command has them
    return [...this.#flagSections(flags.filter(isShared)), this.section('VARIABLES', VARIABLES)]
  }

  /** A section for each group, in the order in which the flags name them. */
  #flagSections(flags: Flag[]): string[] {
    const groups = [...new Set(flags.map(({helpGroup}) => helpGroup))]
    return groups.map((group) => {
      const members = flags.filter(({helpGroup}) => helpGroup === group)
      const short = members.filter(({char}) => char)
      const long = members.filter(({char}) => !char)
      const column = short.length > 0 ? '    ' : ''
      const rows = [...short, ...long].map((flag): Rows[number] => [
        `${flag.char ? `-${flag.char}, ` : column}${labelOf(flag)}`,
        flag.summary ?? '',
      ])
      return this.section(group ? `${group} FLAGS` : 'FLAGS', rows)
    })
  }

  async #show(parts: string[]): Promise<void> {
    await writeOut(`${parts.join('\n\n')}\n`)
  }
}

function wordOf({multiple, name, required}: Command.Arg.Any, {strict}: Command.Cached): string {
  const word = `${name.toUpperCase()}${multiple || strict === false ? '...' : ''}`
  return required ? word : `[${word}]`
}

function labelOf(flag: Flag): string {
  if (flag.type === 'boolean') return `--${flag.allowNo ? '[no-]' : ''}${flag.name}`
  const value = flag.helpValue ?? flag.options?.join('|') ?? 'VALUE'
  return `--${flag.name}=${value}`
}

const namesOf = (flags: Record<string, {char?: string | undefined}>): string =>
  `${Object.entries(flags)
    .map(([name, {char}]) => (char ? `-${char} --${name}` : `--${name}`))
    .join(', ')}: xmpp help flags`

/** What is no command: help, topics, and words that nobody knows. Only here more of oclif is needed than its parser. */

/** `root` is the folder of package.json and of the manifest, which has what help tells of all commands. */
export async function runFrontEnd(argv: string[], root: string): Promise<void> {
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'))
  const {description, oclif} = read('package.json') as {description: string; oclif: HelpData}
  const {commands} = read('oclif.manifest.json') as Pick<HelpData, 'commands'>
  const help = new Help({bin: 'xmpp'} as ConstructorParameters<typeof Help>[0], {
    commands,
    summary: description,
    topics: oclif.topics,
  })
  await help.showHelp(argv)
}
