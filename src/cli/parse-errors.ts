/** Translates the errors of oclif's parser into failures. */
import {distance} from 'fastest-levenshtein'
import {EXIT, Failure} from '../errors.ts'
import {unmarkText} from './argv.ts'
import {sharedFlags} from './flags.ts'

/** The properties of the errors besides a message. Importing their classes would load all of oclif. */
interface ParserError extends Error {
  oclif: unknown
  /** Arguments that are missing. */
  args?: {name: string; description?: string}[]
  /** Flags that do not exist. */
  flags?: string[]
  parse?: {input?: {flags?: Record<string, unknown>}}
}

const isParserError = (error: unknown): error is ParserError =>
  error instanceof Error && 'oclif' in error

/** Messages of oclif, and the sentences that replace them. */
const SENTENCES: [RegExp, string][] = [
  [/^All of the following must be provided when using (--\S+): (.+)$/, '$1 needs $2'],
  [
    /^(--[\w-]+)=.* cannot also be provided when using (--[\w-]+)$/s,
    '$2 and $1 exclude each other',
  ],
  [/^Expected (--[\w-]+)=(.*) to be one of: (.+)$/s, '$1 takes one of these, and not "$2": $3'],
  [/^Expected (.*) to be one of: (.+)$/s, '"$1" is not one of these: $2'],
  [/^Parsing (--[\w-]+)\s+Expected an? (.+) but received: (.*)$/s, '$1 takes an $2, and not "$3"'],
  [/^Flag (--[\w-]+) expects a value$/, '$1 needs a value'],
  [/^Flag (--[\w-]+) expects one of these values: (.+)$/, '$1 needs one of these values: $2'],
  [/^Flag (--[\w-]+) can only be specified once$/, '$1 is given more than once'],
]

const HELP = 'Add --help to see what the command takes'

/** The failure for an error of the parser; undefined for every other error. */
export function usageFailure(error: unknown): Failure | undefined {
  if (!isParserError(error)) return undefined
  const hint = hintFor(error) ?? HELP
  return new Failure('usage', sentence(error).replace(/[.:]$/, ''), EXIT.usage, {hint})
}

function sentence({args = [], flags: [unknown] = [], message}: ParserError): string {
  if (message.startsWith('Missing')) return missing(args)
  if (unknown !== undefined) return `There is no flag ${unknown}`
  const original = unmarkText(message)
    .replace(/\s*See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
  const [pattern, replacement = ''] = SENTENCES.find(([pattern]) => pattern.test(original)) ?? []
  return pattern ? original.replace(pattern, replacement) : original.replaceAll(/\s*\n\s*/g, '; ')
}

function missing(args: {name: string; description?: string}[]): string {
  const names = args.map(({description, name}) => `${name.toUpperCase()} (${description})`)
  const [what, verb] = args.length > 1 ? ['arguments', 'are'] : ['argument', 'is']
  return `The ${what} ${names.join(' and ')} ${verb} missing`
}

/** Suggests the flag with the nearest name. */
function hintFor({flags: [flag] = [], parse}: ParserError): string | undefined {
  if (flag === undefined) return undefined
  const flags = parse?.input?.flags ?? {}
  const other = Object.hasOwn(flags, 'message')
    ? `If it is the text, write it after -m: -m "${flag}"`
    : undefined
  if (!flag.startsWith('--')) return other
  if (/^--pass(word)?$/.test(flag))
    return 'No flag takes a password, because ps shows flags to every user. Use --password-file or XMPP_PASSWORD'
  const [nearest] = Object.keys(flags)
    .map((name) => ({name, edits: distance(`--${name}`, flag)}))
    .sort((a, b) => a.edits - b.edits)
  return nearest && nearest.edits * 3 < flag.length - 1 ? `Did you mean --${nearest.name}?` : other
}

/** @param words the name of a command that does not exist, and what follows it @param ids of all commands: `roster:add` */
export function unknownCommand(words: string[], ids: string[]): Failure {
  const [first = ''] = words
  const extra = words.findIndex((_, count) => ids.includes(words.slice(0, count).join(':')))
  if (extra >= 0)
    return new Failure('usage', `Unexpected argument: ${words[extra]}`, EXIT.usage, {hint: HELP})
  const [topic, flag] = splitAtFlag(words)
  if (ids.some((known) => known.startsWith(`${topic.join(':')}:`)))
    return unfinishedCommand(topic, flag)
  // The words may include arguments, so the end of the command is also a guess.
  const [nearest] = ids
    .map((known) => known.split(':'))
    .map((known) => ({name: known.join(' '), typed: words.slice(0, known.length).join(' ')}))
    .map((guess) => ({...guess, edits: distance(guess.typed, guess.name)}))
    .sort((a, b) => a.edits - b.edits)
  const isClose = nearest !== undefined && nearest.edits <= Math.max(2, nearest.typed.length / 3)
  const isInTopic = ids.some((known) => known.startsWith(`${first}:`))
  const typed = isClose ? nearest.typed : words.slice(0, isInTopic ? 2 : 1).join(' ')
  return new Failure('unknown-command', `There is no command "${typed}"`, EXIT.usage, {
    hint: isClose
      ? `Did you mean "xmpp ${nearest.name}"?`
      : commandHint(typed, isInTopic ? first : ''),
  })
}

function splitAtFlag(words: string[]): [before: string[], flag: string | undefined] {
  const index = words.findIndex((word) => word.startsWith('-'))
  return index > 0 ? [words.slice(0, index), words[index]] : [words, undefined]
}

/** For `xmpp room subject` and `xmpp roster --json list`. */
function unfinishedCommand(topic: string[], flag: string | undefined): Failure {
  const message = `A word is missing after "xmpp ${topic.join(' ')}"`
  const place = flag === undefined ? '' : '. Flags follow the whole command'
  return new Failure('unknown-command', message, EXIT.usage, {
    hint: `See xmpp help ${topic.join(' ')}${place}`,
  })
}

const isSharedFlag = (word: string): boolean =>
  Object.entries(sharedFlags).some(
    ([name, flag]) =>
      word.replace(/=.*/, '') === `--${name}` || ('char' in flag && word === `-${flag.char}`),
  )

const commandHint = (word: string, topic: string): string =>
  isSharedFlag(word)
    ? 'Flags follow the command: xmpp send juliet@example.com hello --json'
    : `See xmpp help ${topic}`.trimEnd()
