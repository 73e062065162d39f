/** XEP-0004: Data Forms <https://xmpp.org/extensions/xep-0004.html>, with the media of XEP-0221 and the validation of XEP-0122 */
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {type Element, xml} from '../../xml.ts'
import {countProblem, parseValidation, problemWith, type Validation} from './form-validation.ts'

export const NS_DATA = 'jabber:x:data'
const NS_MEDIA = 'urn:xmpp:media-element'

/** §3.3 */
export const FIELD_TYPES: readonly string[] = [
  ...['boolean', 'fixed', 'hidden', 'jid-multi', 'jid-single', 'list-multi', 'list-single'],
  ...['text-multi', 'text-private', 'text-single'],
]

export interface FormField {
  name: string
  /** §3.3: the default is text-single. */
  type: string
  label: string
  description: string | null
  required: boolean
  /** Suggested values, or current ones. */
  values: string[]
  options: {label: string; value: string}[]
  /** Whether the options are suggestions, and other values are allowed (XEP-0122 §3.2.1). */
  open: boolean
  /** URIs of images or sounds that belong to the field: https:, or cid: (XEP-0231). */
  media: string[]
  validation: Validation | null
}

export interface DataForm {
  title: string | null
  instructions: string[]
  /** The fields to fill in, and `hidden` ones, which are returned unchanged. */
  fields: FormField[]
  /** Paragraphs between the fields (type `fixed`). */
  notes: string[]
}

export type Answers = Record<string, string[]>

export function parseDataForm(x: Element): DataForm {
  const fields = x.getChildren('field', NS_DATA).map(parseField)
  return {
    title: x.getChildText('title') || null,
    instructions: x.getChildren('instructions').map((line) => line.text()),
    fields: fields.filter(({name, type}) => name !== '' && type !== 'fixed'),
    notes: fields.filter(({type}) => type === 'fixed').flatMap(({values}) => values),
  }
}

function parseField(field: Element): FormField {
  const {label, type = 'text-single', var: name = ''} = field.attrs as Record<string, string>
  const media = field.getChild('media', NS_MEDIA)?.getChildren('uri') ?? []
  const validation = parseValidation(field)
  return {
    name,
    type,
    label: label || name,
    description: field.getChildText('desc') || null,
    required: field.getChild('required') !== undefined,
    values: field.getChildren('value').map((value) => value.text()),
    options: field.getChildren('option').map((option) => {
      const value = option.getChildText('value') ?? ''
      return {value, label: String(option.attrs.label ?? value)}
    }),
    open: type.startsWith('list-') && validation?.open === true,
    media: media.map((uri) => uri.text().trim()),
    validation,
  }
}

/** §3.2: the answers; fields without an answer have the suggested values. */
export function buildSubmit({fields}: DataForm, answers: Answers): Element {
  const filled = fields.flatMap((field) => {
    const {name, type} = field
    const values = answerTo(field, answers)
    // §3.3: a text of several lines has a value for each.
    const answer = type === 'text-multi' ? values.flatMap((text) => text.split(/\r\n?|\n/)) : values
    // A FORM_TYPE without a type would be an ordinary field; the server identifies others by name (§3.2).
    const attrs = {var: name, ...(type === 'hidden' && {type})}
    return answer.length === 0
      ? []
      : [xml('field', attrs, ...answer.map((value) => xml('value', {}, value)))]
  })
  return xml('x', {xmlns: NS_DATA, type: 'submit'}, ...filled)
}

/** The required fields that have neither an answer nor a suggestion. */
export function missingFields(fields: FormField[], answers: Answers): FormField[] {
  return fields.filter((field) => {
    const hasAnswer = answerTo(field, answers).some((value) => value !== '')
    return field.required && field.type !== 'hidden' && !hasAnswer
  })
}

/** The answer, or else the suggested values. A form may use any name for a field, even `constructor`. */
export const answerTo = (
  {name, values}: {name: string; values: string[]},
  answers: Answers,
): string[] => (Object.hasOwn(answers, name) ? (answers[name] ?? values) : values)

/** `name=value` from a command line; repeated for a field with several values. */
export function parseAnswers(pairs: readonly string[], fields: FormField[]): Answers {
  const answers = new Map<string, string[]>()
  for (const pair of pairs) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? []
    const field = fields.find((field) => field.name === name && field.type !== 'hidden')
    if (!field) throw unknownField(name || pair, fields)
    answers.set(name, [...(answers.get(name) ?? []), checkAnswer(field, value)])
  }
  return Object.fromEntries(answers)
}

/**
 * A choice must be the value or the label of an option, unless the list is open. Booleans accept yes, true and 1, or no,
 * false and 0. Throws `bad-answer` (2), or `malformed-jid` (65) for a field that requires a JID.
 */
export function checkAnswer(field: FormField, answer: string): string {
  const {name, open, options, type, validation} = field
  if (type === 'boolean') {
    if (/^(true|yes|1)$/i.test(answer)) return '1'
    if (/^(false|no|0)$/i.test(answer)) return '0'
    throw badAnswer(name, 'yes or no')
  }
  if (type.startsWith('jid-') && answer !== '') return parseJid(answer).full
  const isList = type.startsWith('list-') && options.length > 0
  const chosen =
    isList &&
    (options.find(({value}) => value === answer) ?? options.find(({label}) => label === answer))
  if (chosen) return chosen.value
  if (!isList || open) {
    const expected = validation && answer !== '' && problemWith(validation, answer)
    if (expected) throw badAnswer(name, expected)
    return answer
  }
  throw badAnswer(name, options.map(({value}) => value).join(', '))
}

/** Throws `bad-answer` (2) for a field with too few or too many values (XEP-0122 §3.3). */
export function checkAnswers(fields: FormField[], answers: Answers): void {
  for (const field of fields) {
    const {name, type, validation} = field
    if (type !== 'list-multi' || !validation || !Object.hasOwn(answers, name)) continue
    const expected = countProblem(validation, answerTo(field, answers))
    if (expected) throw badAnswer(name, expected)
  }
}

function unknownField(name: string, fields: FormField[]): Failure {
  const names = fields.filter(({type}) => type !== 'hidden').map((field) => field.name)
  return new Failure('unknown-field', `The form has no field "${name}"`, EXIT.usage, {
    hint: `Its fields are ${names.join(', ')}; write --field name=value`,
  })
}

function badAnswer(name: string, choices: string): Failure {
  return new Failure('bad-answer', `The field ${name} cannot have this value`, EXIT.usage, {
    hint: `It takes ${choices}`,
  })
}
