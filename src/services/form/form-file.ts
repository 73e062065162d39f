/** The JSON file of --form: values by field name, or the result of a command that printed a form. */
import {EXIT, Failure} from '../../errors.ts'
import type {DataForm, FormField} from '../../protocol/core/data-form.ts'

interface FormFile {
  /** `name=value`; a field with several values occurs several times. */
  pairs: string[]
  /** The form itself, if the file has it. */
  form?: DataForm
}

/** @param what the file, for a sentence. Throws `bad-form` (65). */
export function parseFormFile(text: string, what: string): FormFile {
  const document = parseJson(text, what)
  const form = isObject(document.form) ? document.form : document
  if (!Array.isArray(form.fields)) return {pairs: pairsOf(document, what)}
  const fields = form.fields.filter(isObject).map(toField)
  const visible = fields.filter(({type}) => type !== 'hidden')
  return {
    pairs: visible.flatMap(({name, values}) => values.map((value) => `${name}=${value}`)),
    form: {
      title: null,
      instructions: [],
      notes: [],
      fields: fields.map((field) => (field.type === 'hidden' ? field : {...field, values: []})),
    },
  }
}

function parseJson(text: string, what: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text)
    if (isObject(document)) return document
  } catch (cause) {
    throw badForm(`${what} is not JSON: ${(cause as Error).message}`)
  }
  throw badForm(`${what} is not a JSON object`)
}

function pairsOf(document: Record<string, unknown>, what: string): string[] {
  return Object.entries(document).flatMap(([name, given]) =>
    [given].flat().map((value) => {
      if (['string', 'number', 'boolean'].includes(typeof value)) return `${name}=${value}`
      throw badForm(`${what}: the value of ${name} is not a string, a number, true or false`)
    }),
  )
}

function toField(field: Record<string, unknown>): FormField {
  const {name, type = 'text-single', values} = field
  return {
    name: String(name ?? ''),
    type: String(type),
    label: String(field.label ?? name ?? ''),
    description: null,
    required: field.required === true,
    values: Array.isArray(values) ? values.map(String) : [],
    options: Array.isArray(field.options)
      ? field.options.filter(isObject).map(({label, value}) => ({
          label: String(label ?? value ?? ''),
          value: String(value ?? ''),
        }))
      : [],
    open: field.open === true,
    media: [],
    validation: null,
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const badForm = (message: string): Failure =>
  new Failure('bad-form', message, EXIT.data, {
    hint: 'Write {"field": "value"}, with a list for several values',
  })
