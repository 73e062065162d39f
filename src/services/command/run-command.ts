/** XEP-0050 §2.4: one run of an ad-hoc command, over its stages: each form is filled in and submitted. */
import {EXIT, Failure} from '../../errors.ts'
import {
  type CommandAction,
  type CommandStage,
  type StageAction,
  sendCommand,
} from '../../protocol/core/command.ts'
import {buildSubmit} from '../../protocol/core/data-form.ts'
import type {Element, Iq} from '../../xml.ts'
import {answersFor, type GivenAnswers, givenNames} from '../form/answers.ts'
import {buildGivenSubmit} from './given-submit.ts'
import {answerStage, chooseAction} from './stage-answers.ts'

export interface RunCommandOptions {
  node: string
  to: string
  /** Continues a command that an earlier run started. */
  sessionId: string | undefined
  action: CommandAction | undefined
  given: GivenAnswers
  /** Submit every form, not only the first. */
  toEnd: boolean
  /** `ask`: at a terminal; `return`: an unanswered form is the result; `fail`: it is an error if it has required fields. */
  unanswered: 'ask' | 'return' | 'fail'
  signal: AbortSignal
}

interface Submission {
  action: StageAction
  form: Element | undefined
}

export class CommandRun {
  readonly #iq: Iq
  readonly #options: RunCommandOptions
  #sessionId: string | null
  /** The fields that the user gave values for, and that no form has asked for yet. */
  readonly #unused: Set<string>
  #hasSubmitted = false

  constructor(iq: Iq, options: RunCommandOptions) {
    this.#iq = iq
    this.#options = options
    this.#sessionId = options.sessionId ?? null
    this.#unused = new Set(givenNames(options.given))
  }

  /** Resolves with the last stage, and the names of the given fields that the command did not ask for. */
  async run(): Promise<{stage: CommandStage; unused: string[]}> {
    const stage = await this.#toLastStage()
    return {stage, unused: [...this.#unused]}
  }

  /** The last stage is `executing` if a form was not to be submitted. */
  async #toLastStage(): Promise<CommandStage> {
    let stage = await this.#start()
    let previous: Submission | undefined
    while (stage.status === 'executing' && this.#goesOn(stage)) {
      const submission = await this.#prepare(stage)
      if (!submission) return this.#send('cancel')
      if (isSame(previous, submission) && this.#options.unanswered !== 'ask')
        await this.#cancelAfter(repeatedForm(stage))
      previous = submission
      this.#hasSubmitted = true
      stage = await this.#send(submission.action, submission.form)
    }
    return stage
  }

  #start(): Promise<CommandStage> {
    const {action = 'execute', given, sessionId} = this.#options
    if (sessionId === undefined) return this.#send('execute')
    this.#unused.clear()
    this.#hasSubmitted = true
    const isSubmit = action !== 'cancel' && action !== 'prev'
    return this.#send(action, isSubmit ? buildGivenSubmit(given) : undefined)
  }

  #goesOn(stage: CommandStage): boolean {
    const {toEnd, unanswered} = this.#options
    if (unanswered === 'ask' || toEnd) return true
    if (this.#hasSubmitted) return false
    if (this.#unused.size > 0 || this.#options.action !== undefined) return true
    return unanswered === 'fail' && hasMissing(stage)
  }

  /** Undefined if the user chose to cancel. A failure cancels the command. */
  async #prepare(stage: CommandStage): Promise<Submission | undefined> {
    const {form, actions} = stage
    try {
      const action = this.#actionFor(stage)
      const given = answersFor(form?.fields ?? [], this.#options.given)
      this.#checkUnused(stage, action)
      const interactive = this.#options.unanswered === 'ask'
      const {signal} = this.#options
      const {answers, hasAsked} = await answerStage(stage, given, {interactive, signal})
      // A stage without a question may be a warning: the user confirms it.
      const decides = interactive && !this.#options.action && givenNames(given).length === 0
      const chooses = decides && (actions.allowed.length > 1 || !hasAsked)
      const last = chooses ? await chooseAction(actions, signal) : action
      if (last === 'cancel') return undefined
      for (const {name} of form?.fields ?? []) this.#unused.delete(name)
      return {action: last, form: form && last !== 'prev' ? buildSubmit(form, answers) : undefined}
    } catch (error) {
      return this.#cancelAfter(error)
    }
  }

  /** Only the first form is submitted with the action of the user. */
  #actionFor({actions}: CommandStage): StageAction {
    const {action = 'execute'} = this.#options
    if (action === 'execute' || action === 'cancel' || this.#hasSubmitted) return actions.default
    const {allowed} = actions
    const possible = allowed.length > 0 ? allowed : [actions.default]
    if (possible.includes(action)) return action
    throw new Failure('bad-action', `The command does not allow ${action} here`, EXIT.usage, {
      stage: 'request',
      hint: `It allows ${possible.join(', ')} and cancel`,
    })
  }

  /** A field that the last form does not have may be misspelt: then nothing is submitted. */
  #checkUnused({actions, form}: CommandStage, action: StageAction): void {
    const isLast = action === 'complete' && !actions.allowed.includes('next')
    const {toEnd, unanswered} = this.#options
    if ((toEnd || unanswered === 'ask') && !isLast) return
    const fields = (form?.fields ?? []).filter(({type}) => type !== 'hidden')
    const names = fields.map(({name}) => name)
    const unknown = [...this.#unused].find((name) => !names.includes(name))
    if (unknown === undefined) return
    throw new Failure('unknown-field', `The form has no field "${unknown}"`, EXIT.usage, {
      stage: 'request',
      hint: names.length > 0 ? `Its fields are ${names.join(', ')}` : 'It has no fields',
    })
  }

  async #cancelAfter(error: unknown): Promise<never> {
    // The failure that is reported is the one before; the service ends an abandoned session by itself.
    await this.#send('cancel').catch(() => undefined)
    throw error
  }

  async #send(action: CommandAction, form?: Element): Promise<CommandStage> {
    const {node, to} = this.#options
    const request = {node, sessionId: this.#sessionId, action, form}
    const stage = await sendCommand(this.#iq, request, to)
    this.#sessionId = stage.sessionId ?? this.#sessionId
    return {...stage, sessionId: this.#sessionId}
  }
}

const hasMissing = ({form}: CommandStage): boolean =>
  form?.fields.some(({required, type, values}) => required && type !== 'hidden' && !values[0]) ??
  false

const isSame = (previous: Submission | undefined, {action, form}: Submission): boolean =>
  previous?.action === action && String(previous.form) === String(form)

function repeatedForm({notes}: CommandStage): Failure {
  const text = notes.map(({text}) => text).join('\n')
  return new Failure('form-refused', 'The command asks for the same form again', EXIT.data, {
    stage: 'request',
    ...(text && {text}),
    hint: 'The service did not accept the values: check the fields',
  })
}
