/** The words that complete a command line, for the scripts of all shells. */
import type {Command, Interfaces} from '@oclif/core'
import {namedSharedFlags} from '../flags.ts'

/** The values of a flag or an argument: these words, or a source that the shell reads when the user presses TAB. */
export type Values = readonly string[] | 'text' | 'file' | 'folder' | 'account' | 'contact' | 'room'

export interface CompletedFlag {
  name: string
  char: string | undefined
  summary: string
  /** Undefined for a flag without a value. */
  values: Values | undefined
}

export interface CompletedCommand {
  /** `roster add`. */
  name: string
  flags: CompletedFlag[]
  /** The arguments in order; the last one also describes all arguments after it. */
  args: Values[]
}

/** A word of a command name. */
interface NextWord {
  word: string
  summary: string
}

export interface CompletionSpec {
  version: string
  commands: CompletedCommand[]
  sharedFlags: CompletedFlag[]
  /** The words that may follow: '' has the first words, `roster` its second ones. */
  nextWords: Map<string, NextWord[]>
}

/** @param pages of help, by name */
export function completionSpec(
  {commands, topics, version}: Pick<Interfaces.Config, 'commands' | 'topics' | 'version'>,
  pages: Record<string, {summary: string}>,
): CompletionSpec {
  const all = commands.filter(({hidden}) => !hidden)
  const nextWords = commandWords(all, topics)
  nextWords.get('')?.push({word: 'help', summary: 'Display help'})
  for (const [prefix, words] of [...nextWords])
    nextWords.set(
      `help ${prefix}`.trim(),
      words.filter(({word}) => word !== 'help'),
    )
  const helped = nextWords.get('help') ?? []
  for (const [word, {summary}] of Object.entries(pages))
    if (!helped.some((other) => other.word === word)) helped.push({word, summary})
  return {
    version,
    commands: all.map(({args, flags, id}) => ({
      name: id.replaceAll(':', ' '),
      flags: Object.values(flags).flatMap(completedFlags),
      args: Object.values(args).map((arg) => valuesOfArgument(id, arg)),
    })),
    sharedFlags: [
      ...namedSharedFlags.flatMap(completedFlags),
      {name: 'help', char: 'h', summary: 'Display help', values: undefined},
    ],
    nextWords,
  }
}

function commandWords(
  commands: Command.Loadable[],
  topics: Interfaces.Topic[],
): Map<string, NextWord[]> {
  const nextWords = new Map<string, NextWord[]>()
  for (const {id, summary = ''} of commands) {
    const words = id.split(':')
    for (const [index, word] of words.entries()) {
      const prefix = words.slice(0, index).join(' ')
      const known = nextWords.get(prefix) ?? []
      nextWords.set(prefix, known)
      const isWhole = index === words.length - 1
      if (known.some((other) => other.word === word)) continue
      const name = words.slice(0, index + 1).join(':')
      const topic = topics.find((topic) => topic.name === name)
      known.push({word, summary: (isWhole ? summary : topic?.description) ?? ''})
    }
  }
  return nextWords
}

/** Two for a flag that has an opposite: `--subscribe` and `--no-subscribe`. */
function completedFlags(flag: Command.Flag.Cached): CompletedFlag[] {
  const {char, name, summary = ''} = flag
  if (flag.type !== 'boolean') return [{name, char, summary, values: valuesOfFlag(flag)}]
  const names = flag.allowNo ? [name, `no-${name}`] : [name]
  return names.map((name, index) => ({
    name,
    char: index === 0 ? char : undefined,
    summary,
    values: undefined,
  }))
}

/** The kind of value, from the name of the value in help. */
function valuesOfFlag({helpValue, name, options}: Command.Flag.Cached & {type: 'option'}): Values {
  if (options) return options
  const value = String(helpValue ?? '')
  if (name === 'account' || name === 'jid') return 'account'
  if (name === 'room') return 'room'
  if (value === 'FILE' || value === 'PEM') return 'file'
  if (value === 'DIR') return 'folder'
  return value === 'JID' || value === 'JID|all' ? 'contact' : 'text'
}

/** Commands whose argument is the name of an account of the config file. */
const OF_ACCOUNTS = /^(accounts:|logout$)/
/** Commands whose argument is a JID that this machine does not know yet. */
const OF_NEW_JIDS = /^(login|register)$/

function valuesOfArgument(id: string, {name, options}: Command.Arg.Cached): Values {
  if (options) return options
  if (OF_ACCOUNTS.test(id)) return name === 'to' ? 'text' : 'account'
  if (name === 'file' || name === 'room') return name
  return (name === 'jid' || name === 'to') && !OF_NEW_JIDS.test(id) ? 'contact' : 'text'
}
