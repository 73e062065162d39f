/** The template of `listen --format`: a text with the fields of events, such as `{time} {from}: {body}`. */
import {EXIT, Failure} from '../errors.ts'
import {sanitizeLine, sanitizeText} from './sanitize.ts'

/** The fields of the events that have a line of text (schemas/events.json). */
export const EVENT_FIELDS = [
  ...['event', 'seq', 'time', 'id', 'from', 'to', 'type'],
  ...['stanzaId', 'delay', 'carbon', 'room', 'nick'],
  ...['originId', 'body', 'text', 'subject', 'thread', 'lang', 'encrypted', 'replace', 'retract'],
  ...['reply', 'reactions', 'action', 'oob', 'files', 'receiptRequested', 'markable'],
  ...['messageId', 'marker', 'state', 'inviter', 'reason', 'show', 'status', 'priority', 'error'],
  ...['url', 'name', 'size', 'sha256', 'path'],
]

/** The fields of their objects. */
const INNER_FIELDS = [
  ...['reply.id', 'reply.to', 'reactions.id', 'reactions.emojis', 'oob.url', 'oob.description'],
  ...['error.code', 'error.message', 'error.condition', 'error.text'],
]

/** Fields that may have several lines: further lines are indented. */
const TEXTS = ['body', 'text', 'status', 'reason']
const INDENT = '    '

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['\\', '\\'],
])

/** The parts in order: fixed text, and fields by their names. */
export type Template = readonly (string | {field: string})[]

/** Throws `bad-template` (2). `{{` and `}}` are braces, `\n` a line break, `\t` a tab, `\\` a backslash. */
export function parseTemplate(text: string): Template {
  const tokens = text.matchAll(/\\(.?)|(\{\{|\}\})|\{([^{}]*)\}|([{}])|[^\\{}]+/gs)
  return [...tokens].map(([token, escaped, braces, field, brace]) => {
    if (escaped !== undefined) return characterFor(escaped)
    if (braces !== undefined) return braces.slice(1)
    if (field !== undefined) return {field: checkField(field)}
    if (brace === undefined) return token
    throw badTemplate(
      `--format: a ${brace} has no counterpart`,
      `Write ${brace}${brace} for a brace`,
    )
  })
}

function characterFor(character: string): string {
  const value = ESCAPES.get(character)
  if (value !== undefined) return value
  throw badTemplate(
    `--format: \\${character} has no meaning`,
    'Write \\n, \\t, or \\\\ for a backslash',
  )
}

function checkField(name: string): string {
  if (EVENT_FIELDS.includes(name) || INNER_FIELDS.includes(name)) return name
  const fields = [...EVENT_FIELDS, ...INNER_FIELDS].join(', ')
  throw badTemplate(
    `--format: no event has the field ${JSON.stringify(name)}`,
    `The fields are ${fields}`,
  )
}

const badTemplate = (problem: string, hint: string): Failure =>
  new Failure('bad-template', problem, EXIT.usage, {hint})

/** A field that the event does not have is empty. Text of the network cannot forge a line, or control the terminal. */
export const fillTemplate = (template: Template, event: object): string =>
  template.map((part) => (typeof part === 'string' ? part : textOf(event, part.field))).join('')

function textOf(event: object, field: string): string {
  const [name = '', inner] = field.split('.')
  const outer = (event as Record<string, unknown>)[name]
  const value = inner === undefined ? outer : (outer as Record<string, unknown> | null)?.[inner]
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return sanitizeLine(JSON.stringify(value))
  return TEXTS.includes(name) ? sanitizeText(value, INDENT) : sanitizeLine(value)
}
