/** Questions to a person: on stderr, and only where there is one. */
import type {DistinctQuestion} from 'inquirer'
import {EXIT, Failure} from '../errors.ts'
import {cleanLine} from '../output/clean.ts'

export interface Question {
  message: string
  /** What is missing where nobody can be asked; for a sentence. */
  what: string
  /** How a script would have said it: the flag, the variable, or both. */
  instead: string
  /** Typed without being shown. */
  secret?: boolean
}

/** A field of a form, as a server words it. */
export interface AskedField {
  label: string
  description: string | null
  type: string
  values: string[]
  options: {label: string; value: string}[]
}

/** Not narrower, since inquirer's type of a question is a union that no table of ours would fit. */
interface UnnamedQuestion {
  type: 'input' | 'password' | 'confirm' | 'select' | 'checkbox'
  message: string
  mask?: boolean
  default?: string | boolean
  choices?: {name: string; value: string}[]
}

/** Whether there is somebody to ask. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

export async function ask(question: Question): Promise<string> {
  const {instead, message, secret = false, what} = question
  if (!canAsk())
    throw new Failure(
      'missing-value',
      `${what} is missing and there is nobody to ask`,
      EXIT.usage,
      {
        hint: `Give ${instead}`,
      },
    )
  return String(
    await put(secret ? {type: 'password', message, mask: true} : {type: 'input', message}),
  )
}

/** A secret that nobody knows yet is typed twice: a slip would lock its owner out. */
export async function askNewPassword(question: Omit<Question, 'secret'>): Promise<string> {
  for (;;) {
    const password = await ask({...question, secret: true})
    const again = await ask({...question, message: 'Once more:', secret: true})
    if (password !== '' && password === again) return password
    process.stderr.write(password === '' ? 'It must not be empty\n' : 'These were not the same\n')
  }
}

/** The values for a field: one, or several where it takes several. Ask only where `canAsk()`. */
export async function askField({description, label, options, type, values}: AskedField) {
  const message = description ? `${label} (${description})` : label
  const choices = options.map(({label, value}) => ({name: cleanLine(label || value), value}))
  const [suggested = ''] = values
  const answer = await put(
    type === 'boolean'
      ? {type: 'confirm', message, default: ['1', 'true'].includes(suggested)}
      : type === 'text-private'
        ? {type: 'password', message, mask: true}
        : type === 'list-single' && choices.length > 0
          ? {type: 'select', message, choices, default: suggested}
          : type === 'list-multi' && choices.length > 0
            ? {type: 'checkbox', message, choices}
            : {type: 'input', message, default: cleanLine(suggested)},
  )
  if (typeof answer === 'boolean') return [answer ? '1' : '0']
  return Array.isArray(answer) ? answer.map(String) : [String(answer)]
}

async function put(question: UnnamedQuestion): Promise<unknown> {
  const {createPromptModule} = await import('inquirer')
  const prompt = createPromptModule({input: process.stdin, output: process.stderr})
  const message = cleanLine(question.message) // a server may have worded it
  try {
    const {answer} = await prompt([{...question, name: 'answer', message} as DistinctQuestion])
    return answer
  } catch (error) {
    // Ctrl-C at a prompt: inquirer takes the signal for itself.
    if (error instanceof Error && error.name === 'ExitPromptError')
      throw new Failure('interrupted', 'Interrupted at the prompt', 130)
    throw error
  }
}
