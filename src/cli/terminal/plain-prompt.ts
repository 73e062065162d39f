/** Prompts on a terminal without cursor movement (TERM=dumb): the question, its choices, one line as the answer. */
import {addAbortSignal} from 'node:stream'
import {CHOICE_NUMBER, CHOICE_NUMBERS, NOT_A_CHOICE} from '../../output/prompt.ts'
import {writeErr} from '../stdout.ts'
import type {Keyboard} from './keyboard.ts'
import type {PromptQuestion} from './prompt.ts'

/** Asks until the answer is valid. Undefined after Ctrl-C and Ctrl-D. */
export async function askPlainly(
  question: PromptQuestion,
  {input}: Keyboard,
  signal: AbortSignal,
): Promise<unknown> {
  const {choices = [], message, type, validate} = question
  const secret = type === 'password'
  writeErr(`${message}${hintOf(question)} `)
  for (const [index, {name}] of choices.entries()) writeErr(`\n  ${index + 1}) ${name}`)
  if (choices.length > 0) writeErr(`\n${CHOICE_NUMBER} `)
  addAbortSignal(signal, input)
  input.setRawMode(secret) // no echo
  try {
    let line = ''
    for await (const typed of input.setEncoding('utf8')) {
      line += typed
      if (secret && (line.includes(CTRL_C) || line.includes(CTRL_D))) return undefined
      if (!/[\r\n]$/.test(line)) continue
      if (secret) writeErr('\n')
      const text = line.replace(/[\r\n]+$/, '')
      const answer = answerTo(question, secret ? applyErasing(text) : text)
      const problem = answer === undefined ? NOT_A_CHOICE : (validate?.(answer) ?? true)
      if (problem === true) return answer
      writeErr(`${problem}: `)
      line = ''
    }
    return undefined
  } finally {
    input.setRawMode(false)
  }
}

const CTRL_C = '\u{3}'
const CTRL_D = '\u{4}'

function hintOf({default: suggested, type}: PromptQuestion): string {
  if (type === 'confirm') return suggested === true ? ' (Y/n)' : ' (y/N)'
  if (type === 'checkbox') return ` (${CHOICE_NUMBERS})`
  return type === 'input' && suggested ? ` (${suggested})` : ''
}

/** Undefined if the text is not one of the choices. */
function answerTo({choices = [], default: suggested, type}: PromptQuestion, text: string): unknown {
  const word = text.trim()
  switch (type) {
    case 'confirm':
      if (word === '') return suggested === true
      return /^(?:y|yes|n|no)$/i.test(word) ? /^y/i.test(word) : undefined
    case 'select':
      return word === '' ? suggested || undefined : choices[Number(word) - 1]?.value
    case 'checkbox': {
      const chosen = word.split(/[\s,]+/).filter(Boolean)
      if (chosen.length === 0) return choices.filter(({checked}) => checked).map(({value}) => value)
      const values = chosen.map((number) => choices[Number(number) - 1]?.value)
      return values.includes(undefined) ? undefined : values
    }
    default:
      return text || (suggested ?? '')
  }
}

/** In raw mode the program handles Backspace and Ctrl-U. */
function applyErasing(typed: string): string {
  const text: string[] = []
  for (const character of typed) {
    if (character === '\u{7f}' || character === '\b') text.pop()
    else if (character === '\u{15}') text.length = 0
    else text.push(character)
  }
  return text.join('')
}
