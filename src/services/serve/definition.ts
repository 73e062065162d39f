/** NAME.json beside a served program: the name and the form of the command, and the JIDs that may run it. */
import {parseDuration} from '../../duration.ts'
import {EXIT, Failure, toFailure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {FIELD_TYPES, type FormField} from '../../protocol/core/data-form.ts'
import {forbiddenAt} from '../../xml.ts'

export interface Definition {
  /** The name that clients show; by default that of the program. */
  name: string | null
  instructions: string[]
  fields: FormField[]
  /** JIDs: a bare one stands for all its resources. Empty: the command is for no JID. */
  allow: string[]
  /** Milliseconds for one run of the program. */
  timeout: number
}

const DEFAULT_TIMEOUT_MS = 30_000
const KEYS = ['name', 'instructions', 'fields', 'allow', 'timeout']
const FIELD_KEYS = [
  ...['name', 'type', 'label', 'description', 'required', 'value', 'options', 'open'],
  ...['datatype', 'min', 'max'],
]

/** @param what the file, for a sentence. Throws `bad-definition` (78). */
export function parseDefinition(text: string, what: string): Definition {
  const refuse = (problem: string): never => {
    throw new Failure('bad-definition', `${what}: ${problem}`, EXIT.config)
  }
  try {
    const at = forbiddenAt(text)
    if (at !== -1) refuse(`XML cannot carry the character at offset ${at}`)
    const {allow, fields, instructions, name, timeout} = objectOf(JSON.parse(text), KEYS, refuse)
    return {
      name: optionalText(name, 'name', refuse),
      instructions: optionalText(instructions, 'instructions', refuse)?.split('\n') ?? [],
      fields: parseFields(fields ?? [], refuse),
      allow: textsOf(allow ?? [], 'allow', refuse).map((jid) => parseJid(jid).full),
      timeout: timeout === undefined ? DEFAULT_TIMEOUT_MS : parseDuration(String(timeout)),
    }
  } catch (error) {
    if (error instanceof Failure && error.code === 'bad-definition') throw error
    const {message} = error instanceof SyntaxError ? error : toFailure(error)
    return refuse(error instanceof SyntaxError ? `it is not JSON: ${message}` : message)
  }
}

type Refuse = (problem: string) => never

function parseFields(fields: unknown, refuse: Refuse): FormField[] {
  if (!Array.isArray(fields)) return refuse('"fields" is not a list')
  const parsed = fields.map((field) => parseField(objectOf(field, FIELD_KEYS, refuse), refuse))
  const variables = parsed.map(({name}) => variableOf(name))
  const twice = parsed.find((_, index) => variables.indexOf(variables[index] ?? '') !== index)
  return twice ? refuse(`two fields have the variable ${variableOf(twice.name)}`) : parsed
}

/** The variable of the environment that holds the value of a field. */
export const variableOf = (name: string): string =>
  `XMPP_FIELD_${name.replaceAll('-', '_').toUpperCase()}`

function parseField(field: Record<string, unknown>, refuse: Refuse): FormField {
  const {datatype, max, min, options, value} = field
  const name = optionalText(field.name, 'name', refuse) ?? ''
  if (!/^[A-Za-z_][\w-]*$/.test(name))
    return refuse(`the field name ${JSON.stringify(name)} has other characters than a-z 0-9 _ -`)
  const type = optionalText(field.type, 'type', refuse) ?? 'text-single'
  if (!FIELD_TYPES.includes(type) || type === 'fixed' || type === 'hidden')
    return refuse(`the field ${name} has the unknown type ${JSON.stringify(type)}`)
  const open = field.open === true
  const hasValidation = [datatype, min, max].some((part) => part !== undefined) || open
  return {
    name,
    type,
    label: optionalText(field.label, 'label', refuse) ?? name,
    description: optionalText(field.description, 'description', refuse),
    required: field.required === true,
    values: value === undefined ? [] : textsOf([value].flat(), 'value', refuse),
    options: parseOptions(options ?? [], refuse),
    open,
    media: [],
    validation: hasValidation
      ? {
          datatype: optionalText(datatype, 'datatype', refuse) ?? 'xs:string',
          min: optionalText(min, 'min', refuse),
          max: optionalText(max, 'max', refuse),
          atLeast: null,
          atMost: null,
          open,
        }
      : null,
  }
}

function parseOptions(options: unknown, refuse: Refuse): FormField['options'] {
  if (!Array.isArray(options)) return refuse('"options" is not a list')
  return options.map((option) => {
    if (typeof option !== 'object') return {label: String(option), value: String(option)}
    const {label, value} = objectOf(option, ['label', 'value'], refuse)
    const text = optionalText(value, 'value', refuse) ?? ''
    return {value: text, label: optionalText(label, 'label', refuse) ?? text}
  })
}

/** A key that is misspelt would be ignored, and `allow` would not allow. */
function objectOf(value: unknown, keys: string[], refuse: Refuse): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse('an object is missing')
  const unknown = Object.keys(value).find((key) => !keys.includes(key))
  if (unknown !== undefined)
    return refuse(`the key ${JSON.stringify(unknown)} is unknown; it takes ${keys.join(', ')}`)
  return value as Record<string, unknown>
}

function textsOf(values: unknown, key: string, refuse: Refuse): string[] {
  if (!Array.isArray(values)) return refuse(`"${key}" is not a list`)
  return values.map((value) => optionalText(value, key, refuse) ?? '')
}

function optionalText(value: unknown, key: string, refuse: Refuse): string | null {
  if (value === undefined || value === null) return null
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value)
  return refuse(`"${key}" is not a text`)
}
