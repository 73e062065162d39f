/** Prompts on stderr, if stdin and stderr are terminals. */
import type {DistinctQuestion} from 'inquirer'
import {EXIT, Failure, toFailure} from '../../errors.ts'
import {movesCursor} from '../../output/layout/colour.ts'
import {
  EMPTY_ANSWER,
  PASSWORDS_DIFFER,
  type PromptWords,
  REPEAT_PASSWORD,
} from '../../output/prompt.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {shutdownSignal} from '../signals.ts'
import {writeErr} from '../stdout.ts'
import {type Keyboard, openKeyboard} from './keyboard.ts'
import {askPlainly} from './plain-prompt.ts'
import {pauseSpinner} from './spinner.ts'

export interface PromptOptions extends PromptWords {
  /** The screen shows nothing of the answer, and not its length either. */
  secret?: boolean
  /** Throws for an invalid answer. The prompt shows the message and asks again. */
  check?(text: string): unknown
  /** Ends the prompt, with a `Failure` as its reason. The end of the run does so too. */
  signal?: AbortSignal
}

/** The questions that this program asks, a part of inquirer's union type. */
export interface PromptQuestion {
  type: 'input' | 'password' | 'confirm' | 'select' | 'checkbox'
  message: string
  mask?: boolean
  /** Without the key that shows the password, because its hint would stay on the screen. */
  toggleMask?: false
  theme?: {style: {maskedText: string}}
  default?: string | boolean
  choices?: {name: string; value: string; checked?: boolean}[]
  validate?(answer: unknown): true | string
}

/** Whether a prompt is possible. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

export async function ask(question: PromptOptions): Promise<string> {
  const {check, instead, message, secret = false, signal, valueName} = question
  if (!canAsk())
    throw new Failure(
      'missing-value',
      `${valueName} is missing, and there is no terminal for a prompt`,
      EXIT.usage,
      {
        hint: `Give ${instead}`,
      },
    )
  const validate = validator(check, true)
  return String(
    await promptFor({...(secret ? MASKED : {type: 'input'}), message, validate}, signal),
  )
}

/** Throws `not-confirmed` (2) with this message unless the answer is yes. */
export async function confirm(
  words: PromptWords,
  refusal: string,
  signal: AbortSignal = shutdownSignal,
): Promise<void> {
  const answer = await ask({...words, signal})
  if (!/^(?:y|yes)$/i.test(answer.trim())) throw new Failure('not-confirmed', refusal, EXIT.usage)
}

/** Returns the reason why an answer is invalid. */
export function validator(check: PromptOptions['check'], required: boolean) {
  return (answer: unknown): true | string => {
    if (answer === '') return required ? EMPTY_ANSWER : true
    try {
      check?.(String(answer))
      return true
    } catch (error) {
      return sanitizeLine(toFailure(error).message) // it may name a field of the server
    }
  }
}

/** Without `maskedText`, inquirer shows a note in place of the answer. */
export const MASKED = {
  type: 'password',
  mask: false,
  toggleMask: false,
  theme: {style: {maskedText: ''}},
} as const

/** A new password is typed twice, because a typing error would lock the user out. */
export async function askNewPassword(question: Omit<PromptOptions, 'secret'>): Promise<string> {
  for (;;) {
    const password = await ask({...question, secret: true})
    const again = await ask({...question, message: REPEAT_PASSWORD, secret: true})
    if (password === again) return password
    writeErr(`${PASSWORDS_DIFFER}\n`)
  }
}

/** Asks until the answer is valid. Call it only if `canAsk()`. */
export async function promptFor(
  question: PromptQuestion,
  signal = shutdownSignal,
): Promise<unknown> {
  const asked = {...question, message: sanitizeLine(question.message)} // the text may be the server's
  const keyboard = openKeyboard()
  const resumeSpinner = pauseSpinner()
  try {
    signal.throwIfAborted()
    const answer = movesCursor(process.stderr, process.env)
      ? await askWithCursor(asked, keyboard, signal)
      : await askPlainly(asked, keyboard, signal)
    if (answer !== undefined) return answer
  } catch (error) {
    signal.throwIfAborted() // the failure that ended the prompt, in place of the prompt's own error
    throw error
  } finally {
    keyboard.close()
    resumeSpinner()
  }
  throw new Failure('interrupted', 'Interrupted at the prompt', 130)
}

/** Undefined after Ctrl-C, which inquirer handles itself, and after Ctrl-D, where inquirer would wait without end. */
async function askWithCursor(
  question: PromptQuestion,
  {closed, input}: Keyboard,
  signal: AbortSignal,
): Promise<unknown> {
  const {createPromptModule} = await import('inquirer')
  const prompt = createPromptModule({
    input,
    output: process.stderr,
    signal: AbortSignal.any([signal, closed]),
  })
  try {
    const {answer} = await prompt([{...question, name: 'answer'} as DistinctQuestion])
    return answer
  } catch (error) {
    if (closed.aborted || (error instanceof Error && error.name === 'ExitPromptError'))
      return undefined
    throw error
  }
}
