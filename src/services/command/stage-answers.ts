/** The answers to the form of one stage (XEP-0050): the values of the user, then the prompts. */
import {promptFor} from '../../cli/terminal/prompt.ts'
import {ACTION, ACTIONS} from '../../output/command.ts'
import type {CommandStage, StageAction} from '../../protocol/core/command.ts'
import {
  type Answers,
  checkAnswer,
  type DataForm,
  missingFields,
} from '../../protocol/core/data-form.ts'
import {type GivenAnswers, givenNames, parseGivenAnswers} from '../form/answers.ts'
import {type FormPrompt, missingValues, printTexts, promptForm} from '../form/prompt-form.ts'

export interface StageAnswers {
  answers: Answers
  /** Whether the user answered a prompt. */
  hasAsked: boolean
}

/** Asks for every field if the user gave no value, and else for the required fields without one. */
export async function answerStage(
  {form, notes}: {form: DataForm | null} & Pick<CommandStage, 'notes'>,
  given: GivenAnswers,
  {interactive, signal}: {interactive: boolean; signal: AbortSignal},
): Promise<StageAnswers> {
  const {fields = [], instructions = [], title = null} = form ?? {}
  const answers = parseGivenAnswers(fields, given)
  const visible = fields.filter(({type}) => type !== 'hidden')
  const asksAll = interactive && givenNames(given).length === 0
  const asked = asksAll ? visible : missingFields(fields, answers)
  const prompt: FormPrompt = {
    instructions: [title, ...notes.map(({text}) => text), ...instructions]
      .filter(Boolean)
      .join('\n'),
    notes: form?.notes ?? [],
    missing: asked.map((field) => ({
      ...field,
      check: (answer) => checkAnswer(field, answer),
    })),
    pictures: [],
    url: null,
    captchaUrl: null,
  }
  const hasAsked = asked.length > 0
  if (!interactive && hasAsked) throw missingValues(prompt)
  if (!interactive) return {answers, hasAsked}
  if (!hasAsked) printTexts(prompt)
  return {answers: {...answers, ...(await promptForm(prompt, signal))}, hasAsked}
}

export async function chooseAction(
  {allowed, default: preferred}: CommandStage['actions'],
  signal: AbortSignal,
): Promise<StageAction | 'cancel'> {
  const choices = [...(allowed.length > 0 ? allowed : [preferred]), 'cancel' as const]
  const question = {
    type: 'select',
    message: ACTION,
    choices: choices.map((value) => ({name: ACTIONS[value], value})),
    default: preferred,
  } as const
  const chosen = await promptFor(question, signal)
  return choices.find((choice) => choice === chosen) ?? preferred
}
