/** The pages of help: of the program, of a topic, of a command. oclif finds this class by `helpClass` in package.json. */
import type {Command, Interfaces} from '@oclif/core'
import {Help as OclifHelp, standardizeIDFromArgv} from '@oclif/core/help'
import {hasHelpFlag, isHelp} from './argv.ts'
import {namedSharedFlags} from './flags.ts'
import {COMMAND_HELP, EXAMPLES, FIRST_STEPS, GROUPS, MORE, type Rows} from './help-topics.ts'
import type {HelpPage} from './pages/page.ts'

type Flag = Command.Flag.Any

/** Longer lines are hard to read. */
const MAX_WIDTH = 100

/** The layout is oclif's: sections, lists in two columns, wrapped to the width of the terminal. */
export class Help extends OclifHelp {
  constructor(config: Interfaces.Config, options?: Partial<Interfaces.HelpOptions>) {
    super(config, options)
    this.opts.maxWidth = Math.min(this.opts.maxWidth, MAX_WIDTH)
  }

  /** Throws a usage `Failure` for words that are no command, no topic and no page. */
  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => !isHelp(word) && word !== '--json')
    const [first] = words
    if (argv.length === 0) return this.#showFirstPage()
    if (first === undefined || first === 'help') return this.showRootHelp()
    const [id = first] = standardizeIDFromArgv([...words], this.config)
    const command = this.config.findCommand(id) ?? this.config.findCommand(first)
    const topic = this.config.findTopic(id)
    if (command) return this.showCommandHelp(command)
    if (topic && !hasOnlyFlags()) return this.showTopicHelp(topic)
    const page = await pageOf(first)
    if (page && !hasOnlyFlags())
      return this.#print([
        ...(first === 'flags' ? this.#flagSections(namedSharedFlags) : []),
        ...this.#page(page),
      ])
    const {unknownCommand} = await import('./parse-errors.ts')
    throw unknownCommand(hasOnlyFlags() ? process.argv.slice(2) : words, this.config.commandIDs)
  }

  /** The examples come last, so they stay on the screen. */
  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    const {args, description, flags, id, summary = '', usage} = command
    const name = id.replaceAll(':', ' ')
    const words = Object.values(args).map((arg) => wordOf(arg, command))
    const fill = (text: string): string =>
      text.replaceAll('<%= config.bin %>', this.config.bin).replaceAll('<%= command.id %>', name)
    const own = Object.values(flags)
    const hasShared = command.pluginType === 'core' // not a command of a plugin
    const meanings = Object.values(args).map((arg, i): Rows[number] => [
      words[i] ?? '',
      arg.description ?? '',
    ])
    const examples = (command.examples ?? []).map((example) =>
      typeof example === 'string' ? `$ ${example}` : `$ ${example.command}`,
    )
    this.#print([
      this.wrap(summary),
      this.section('USAGE', fill(`$ xmpp ${usage ?? [name, ...words].join(' ')} [flags]`)),
      ...(description ? [this.section('DESCRIPTION', this.wrap(description))] : []),
      ...(meanings.length > 0 ? [this.section('ARGUMENTS', meanings)] : []),
      ...this.#flagSections(own),
      ...this.#flagDescriptions(own),
      ...(hasShared ? [this.section('COMMON FLAGS', this.wrap(namesOf(namedSharedFlags)))] : []),
      ...(examples.length > 0 ? [this.section('EXAMPLES', fill(examples.join('\n')))] : []),
    ])
  }

  /** For `xmpp` alone. */
  #showFirstPage(): void {
    this.#print([
      this.wrap(this.config.pjson.description ?? ''),
      this.section('FIRST STEPS', FIRST_STEPS),
      this.section('MORE', MORE),
    ])
  }

  protected override async showRootHelp(): Promise<void> {
    const firstWords = new Set(this.sortedCommands.map(({id}) => id.split(':', 1).join()))
    const others = [...firstWords].filter((word) => !Object.values(GROUPS).flat().includes(word))
    const groups = {...GROUPS, ...(others.length > 0 && {OTHERS: others})}
    const {PAGES} = await import('./pages/pages.ts')
    this.#print([
      this.wrap(this.config.pjson.description ?? ''),
      this.section('USAGE', '$ xmpp COMMAND [flags]'),
      ...Object.entries(groups).map(([header, words]) =>
        this.section(
          header,
          words.map((word): Rows[number] => [word, this.#summaryOf(word)]),
        ),
      ),
      this.section('MORE', [COMMAND_HELP, ['xmpp help PAGE', Object.keys(PAGES).join(', ')]]),
      this.section('EXAMPLES', EXAMPLES),
    ])
  }

  protected override async showTopicHelp(topic: Interfaces.Topic): Promise<void> {
    const name = topic.name.replaceAll(':', ' ')
    const rows = this.#commandsOf(topic.name).map(({id, summary = ''}): Rows[number] => [
      id.replaceAll(':', ' '),
      summary,
    ])
    const page = await pageOf(name)
    this.#print([
      this.wrap(topic.description ?? ''),
      this.section('USAGE', `$ xmpp ${name} COMMAND [flags]`),
      this.section('COMMANDS', rows),
      this.section('MORE', [[`xmpp help ${name} COMMAND`, 'what it does and takes']]),
      ...(page ? this.#page(page) : []),
    ])
  }

  /** The group of the first word of a command. */
  #summaryOf(word: string): string {
    const verbs = this.#commandsOf(word).map(({id}) =>
      id.slice(word.length + 1).replaceAll(':', ' '),
    )
    const {description = ''} = this.config.findTopic(word) ?? {}
    return verbs.length > 0 ? `${description} (${verbs.join(', ')})` : description
  }

  #commandsOf(topic: string): Command.Loadable[] {
    return this.sortedCommands.filter(({id}) => id.startsWith(`${topic}:`))
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

  /** Longer texts, which do not fit into the list. */
  #flagDescriptions(flags: Flag[]): string[] {
    const texts = flags.flatMap(({description, name}) =>
      description ? `--${name}\n${this.indent(this.wrap(description, 4), 2)}` : [],
    )
    return texts.length > 0 ? [this.section('FLAG DESCRIPTIONS', texts.join('\n\n'))] : []
  }

  #page({sections}: HelpPage): string[] {
    return sections.map(({lines, rows, text, title}) => {
      const parts = [
        text && this.wrap(text),
        rows && this.renderList(rows, {indentation: 2}),
        lines,
      ]
      return this.section(title, parts.filter(Boolean).join('\n\n'))
    })
  }

  #print(parts: string[]): void {
    this.log(parts.join('\n\n'))
  }
}

/** Loaded for help only: the other runs do without it. */
async function pageOf(name: string): Promise<HelpPage | undefined> {
  const {PAGES} = await import('./pages/pages.ts')
  return Object.hasOwn(PAGES, name) ? PAGES[name] : undefined
}

/** oclif also asks for the page of a topic where only flags follow its name, such as `xmpp roster --json`. */
const hasOnlyFlags = (): boolean =>
  !hasHelpFlag(process.argv) && process.argv[2] !== 'help' && process.argv.length > 3

function wordOf({multiple, name, required}: Command.Arg.Any, {strict}: Command.Loadable): string {
  const word = `${name.toUpperCase()}${multiple || strict === false ? '...' : ''}`
  return required ? word : `[${word}]`
}

function labelOf(flag: Flag): string {
  if (flag.type === 'boolean') return `--${flag.allowNo ? '[no-]' : ''}${flag.name}`
  const value = flag.helpValue ?? flag.options?.join('|') ?? 'VALUE'
  return `--${flag.name}=${value}`
}

const namesOf = (flags: Pick<Flag, 'char' | 'name'>[]): string =>
  `${flags
    .map(({char, name}) => (char ? `-${char} --${name}` : `--${name}`))
    .join(', ')}: xmpp help flags`
