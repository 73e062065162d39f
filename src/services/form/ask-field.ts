/** Asks for the values of one field of a form. */
import {MASKED, type PromptQuestion, promptFor, validator} from '../../cli/terminal/prompt.ts'
import {EMPTY_ANSWER, fieldMessage, linesMessage, NO_CHOICE} from '../../output/prompt.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import type {FormField} from '../../protocol/core/data-form.ts'

export interface AskedField extends FormField {
  /** Returns the answer in the form's syntax. Throws for an invalid answer. */
  check(answer: string): string
}

/** The values of a field. Call it only if `canAsk()`. */
export async function askField(field: AskedField, signal: AbortSignal): Promise<string[]> {
  const {check, description, label, open, required, type, values} = field
  const options = open ? [] : field.options
  const suggestions = open ? field.options.map(({label, value}) => label || value) : []
  const isOptional = !required && type !== 'boolean'
  const message = fieldMessage(label, {description, isOptional, suggestions})
  if (type.endsWith('-multi') && options.length === 0)
    return (await askLines(message, field, signal)).map(check)
  const answer = await promptFor(questionFor({...field, options}, message), signal)
  if (typeof answer === 'boolean') return [answer ? '1' : '0']
  if (answer === '') return type === 'text-private' ? values : []
  return [answer].flat().map((one) => check(String(one)))
}

/** @param field with options only if the answer has to be one of them */
function questionFor(field: AskedField, message: string): PromptQuestion {
  const {check, options, required, type, values} = field
  const [suggested = ''] = values
  const choices = options.map(({label, value}) => ({name: sanitizeLine(label || value), value}))
  if (type === 'boolean')
    return {type: 'confirm', message, default: ['1', 'true'].includes(suggested)}
  if (type === 'text-private') return {...MASKED, message, validate: validator(undefined, required)}
  if (type === 'list-single' && choices.length > 0) {
    if (!required) choices.push({name: NO_CHOICE, value: ''})
    return {type: 'select', message, choices, default: suggested}
  }
  if (type === 'list-multi')
    return {
      type: 'checkbox',
      message,
      choices: choices.map((choice) => ({...choice, checked: values.includes(choice.value)})),
      validate: (answer) => (required && [answer].flat().length === 0 ? EMPTY_ANSWER : true),
    }
  const validate = validator(check, required)
  return {type: 'input', message, default: sanitizeLine(suggested), validate}
}

/** Several lines, until an empty one. Without a line, the answer is the values of the form. */
async function askLines(
  message: string,
  {check, required, values}: AskedField,
  signal: AbortSignal,
): Promise<string[]> {
  const lines: string[] = []
  for (;;) {
    const first = lines.length === 0
    const question: PromptQuestion = {
      type: 'input',
      message: first ? linesMessage(message, values) : '…',
      validate: validator(check, first && required && values.length === 0),
    }
    const line = String(await promptFor(question, signal))
    if (line === '') return first ? values : lines
    lines.push(line)
  }
}
