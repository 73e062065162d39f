/** Data forms (XEP-0004) as text: a form to fill in, and the result of one. */
import type {FormField} from '../protocol/core/data-form.ts'
import type {FormResult} from '../protocol/core/form-result.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine, sanitizeText} from './sanitize.ts'

/** @param isFillable whether the form is to be filled in; some services send a result as a form of type form */
export async function renderForm(
  form: FormResult,
  isFillable: boolean,
  terminal: Terminal,
): Promise<string> {
  const texts = [form.title ?? '', ...form.instructions, ...form.notes].filter(Boolean)
  const fields = form.fields.filter(({type}) => type !== 'hidden')
  const tables = [
    await (isFillable ? renderQuestions(fields, terminal) : renderValues(fields, terminal)),
    await renderItems(form, terminal),
  ]
  return [...texts.map((text) => sanitizeText(text, '')), ...tables].filter(Boolean).join('\n')
}

async function renderQuestions(fields: FormField[], terminal: Terminal): Promise<string> {
  if (fields.length === 0) return ''
  const rows = fields.map(({label, name, options, required, type, values}) => [
    name,
    label === name ? '' : label,
    required ? 'required' : '',
    type,
    type === 'text-private' ? '' : values.join(', '),
    options.map(({value}) => value).join(', '),
  ])
  return renderTable(['Field', 'Label', 'Required', 'Type', 'Value', 'Options'], rows, terminal)
}

/** One row per value, so that a list is one value a line. */
async function renderValues(fields: FormField[], terminal: Terminal): Promise<string> {
  const rows = fields.flatMap(({label, values}) => values.map((value) => [label, value]))
  return rows.length === 0 ? '' : renderTable(['Field', 'Value'], rows, terminal)
}

/** Not the items without a value: many of them under many columns would be a table too large for the memory. */
async function renderItems({items, reported}: FormResult, terminal: Terminal): Promise<string> {
  const shown = items.filter((item) => Object.values(item).some(({length}) => length > 0))
  if (shown.length === 0) return ''
  const rows = shown.map((item) => reported.map(({name}) => (item[name] ?? []).join(', ')))
  return renderTable(
    reported.map(({label}) => label),
    rows,
    terminal,
  )
}

/** The title and the instructions above the prompts of a form. @param pages addresses with more about it */
export const renderFormTexts = (texts: string[], pages: string[]): string =>
  [...texts.filter(Boolean), ...pages.map((page) => `See also ${page}`)]
    .map((text) => `${sanitizeText(text, '')}\n`)
    .join('')

/** @param place a file, or an address */
export const renderPicture = (place: string): string => `Look at ${sanitizeLine(place)}\n`
