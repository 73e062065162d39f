/** The options of a message, from flags or from a line of a batch, and the checks that need no connection. */
import {EXIT, Failure} from '../../errors.ts'
import {checkLang, checkText} from '../../protocol/core/text.ts'

const KEYS = {
  body: 'string',
  clean: 'boolean',
  create: 'boolean',
  id: 'string',
  keepAnsi: 'boolean',
  lang: 'string',
  nick: 'string',
  noCopy: 'boolean',
  noStore: 'boolean',
  oob: 'string',
  react: 'strings',
  replace: 'string',
  replyTo: 'string',
  retract: 'string',
  room: 'boolean',
  roomPassword: 'string',
  split: 'boolean',
  subject: 'string',
  thread: 'string',
  to: 'string',
  toId: 'string',
  type: 'string',
  wait: 'string',
} as const

interface ValueTypes {
  string: string
  strings: string[]
  boolean: boolean
}

type OptionName = keyof typeof KEYS

export type MessageOptions = {[K in OptionName]?: ValueTypes[(typeof KEYS)[K]] | undefined}

/** Options that a reaction or a retraction excludes. */
export const EXCLUDES = {
  react: ['body', 'oob', 'replace', 'replyTo', 'retract', 'subject'],
  retract: ['body', 'oob', 'replace', 'replyTo', 'subject'],
} satisfies Partial<Record<OptionName, OptionName[]>>

/** Their names once, because each line of a batch is checked. */
const EXCLUDING = Object.keys(EXCLUDES) as (keyof typeof EXCLUDES)[]

/** An empty value is almost always a script variable that is not set. */
const NEVER_EMPTY: OptionName[] = [
  'id',
  'lang',
  'oob',
  'replace',
  'replyTo',
  'retract',
  'thread',
  'toId',
]

/** Parses one line of a batch. Throws 65 unless it is a JSON object with the keys above. */
export function parseLine(line: string): MessageOptions {
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch (cause) {
    throw new Failure('bad-json', 'The line is not JSON', EXIT.data, {cause})
  }
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    throw new Failure('bad-json', 'The line is not a JSON object', EXIT.data)
  for (const [key, value] of Object.entries(record)) checkKey(key, value)
  const options = record as MessageOptions & {react?: string | string[]}
  return typeof options.react === 'string' ? {...options, react: [options.react]} : options
}

function checkKey(key: string, value: unknown): void {
  const kind = Object.hasOwn(KEYS, key) ? KEYS[key as OptionName] : undefined
  if (!kind)
    throw new Failure(
      'unknown-key',
      `The option ${JSON.stringify(key)} does not exist`,
      EXIT.data,
      {
        hint: `The options are ${Object.keys(KEYS).join(', ')}`,
      },
    )
  const values = kind === 'strings' && Array.isArray(value) ? value : [value]
  const type = kind === 'strings' ? 'string' : kind
  if (values.every((item) => typeof item === type)) return
  const expected = {
    string: 'a string',
    strings: 'a string or a list of strings',
    boolean: 'true or false',
  }[kind]
  throw badValue(`${key} has to be ${expected}`)
}

/** Throws 65 for options that no recipient could receive, or that contradict each other. */
export function checkOptions(options: MessageOptions): void {
  const {lang, oob, react, toId} = options
  for (const key of NEVER_EMPTY)
    if (options[key] === '') throw new Failure('empty-value', `${key} is empty`, EXIT.data)
  for (const key in options) {
    const value = options[key as OptionName]
    if (key !== 'body' && typeof value === 'string') checkText(value, key)
  }
  if (react && toId === undefined)
    throw new Failure('no-target', 'A reaction needs the id of a message (toId)', EXIT.data)
  if (toId !== undefined && !react) throw contradiction('toId needs react')
  for (const key of EXCLUDING) {
    if (options[key] === undefined) continue
    const other = EXCLUDES[key].find((other) => options[other] !== undefined)
    if (other) throw contradiction(`${key} and ${other} exclude each other`)
  }
  if (lang !== undefined) checkLang(lang)
  if (oob !== undefined && !URL.canParse(oob)) throw badValue('oob has to be a URL with its scheme')
}

export const badValue = (message: string): Failure => new Failure('bad-value', message, EXIT.data)

export const contradiction = (message: string): Failure =>
  new Failure('contradiction', message, EXIT.data)
