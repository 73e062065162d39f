/** Recognises answers: XEP-0461 replies, XEP-0444 reactions, XEP-0439 quick responses, threads (RFC 6121 §5.2.5), plain words. */
import type {MessageEvent} from '../../protocol/event/event.ts'
import {choiceOfEmojis, choiceOfText} from './choices.ts'
import type {Question} from './question.ts'

/** The meaning of a message of a respondent for the question. */
export type AnswerMeaning =
  /** The respondent gives this answer, or changes the earlier one; `choice` is null if any text is an answer. */
  | {kind: 'answer'; choice: string | null; text: string}
  /** The respondent takes the answer back. */
  | {kind: 'withdrawal'}
  /** It names the question, but none of its choices. */
  | {kind: 'no-choice'; text: string}
  /** It could answer another question of the account as well. */
  | {kind: 'ambiguous'; text: string}
  | {kind: 'encrypted'; text: string}

/** In place of the ids of a message. */
const REACTION = 'reaction'

export class AnswerReader {
  readonly #question: Question
  readonly #hasOtherQuestions: () => Promise<boolean>
  /** Whether a message since the question names it, by respondent and id: only these messages can be corrected. */
  readonly #seen = new Map<string, boolean>()
  /** The ids of the message that is the answer of a respondent. */
  readonly #answers = new Map<string, (string | null)[]>()

  /** @param hasOtherQuestions whether the account has further open questions */
  constructor(question: Question, hasOtherQuestions: () => Promise<boolean>) {
    this.#question = question
    this.#hasOtherQuestions = hasOtherQuestions
  }

  /**
   * Undefined if the message is about something else.
   *
   * @param person identifies the respondent
   * @param isLater whether the message was certainly sent after the question
   */
  async read(
    event: MessageEvent,
    person: string,
    isLater: boolean,
  ): Promise<AnswerMeaning | undefined> {
    const {id, originId, reactions, replace, retract, stanzaId} = event
    if (retract !== null) return this.#withdraw(person, retract)
    if (reactions) return this.#readReactions(event, person)
    const corrected = replace === null ? undefined : this.#seen.get(keyOf(person, replace))
    if (replace !== null && corrected === undefined) return undefined
    const reference = referenceOf(event, this.#question)
    const namesQuestion = reference === 'this' || corrected === true
    if (reference === 'other' || !(namesQuestion || isLater)) return undefined
    for (const known of [id, originId])
      if (known !== null) this.#seen.set(keyOf(person, known), namesQuestion)
    const reading = await this.#readText(event, namesQuestion)
    if (reading?.kind === 'answer') this.#answers.set(person, [id, originId, stanzaId, replace])
    else if (replace !== null) return this.#withdraw(person, replace) ?? reading
    return reading
  }

  #withdraw(person: string, id: string): AnswerMeaning | undefined {
    if (!this.#answers.get(person)?.includes(id)) return undefined
    this.#answers.delete(person)
    return {kind: 'withdrawal'}
  }

  #readReactions({reactions}: MessageEvent, person: string): AnswerMeaning | undefined {
    const {choices, ids} = this.#question
    if (!reactions || !choices || !ids.has(reactions.id)) return undefined
    const text = reactions.emojis.join(' ')
    const choice = choiceOfEmojis(reactions.emojis, choices)
    if (choice === undefined)
      return this.#withdraw(person, REACTION) ?? (text ? {kind: 'no-choice', text} : undefined)
    this.#answers.set(person, [REACTION])
    return {kind: 'answer', choice, text}
  }

  async #readText(
    {action, encrypted, text}: MessageEvent,
    namesQuestion: boolean,
  ): Promise<AnswerMeaning | undefined> {
    const {choices} = this.#question
    const selected = action === null ? undefined : this.#question.choiceOfAction(action)
    if (selected !== undefined) return {kind: 'answer', choice: selected, text: selected}
    if (encrypted !== null) return {kind: 'encrypted', text: text ?? ''}
    if (text === null || text.trim() === '') return undefined
    const choice = choices ? choiceOfText(text, choices) : null
    if (choice === undefined) return namesQuestion ? {kind: 'no-choice', text} : undefined
    if (!namesQuestion && (await this.#hasOtherQuestions())) return {kind: 'ambiguous', text}
    return {kind: 'answer', choice, text}
  }
}

/** Whether the message names this question, something else, or nothing. */
function referenceOf(
  {action, reply, thread}: MessageEvent,
  question: Question,
): 'this' | 'other' | undefined {
  if (action !== null) return question.choiceOfAction(action) === undefined ? 'other' : 'this'
  if (reply && question.ids.has(reply.id)) return 'this'
  if (thread === question.thread) return 'this'
  return reply ? 'other' : undefined
}

const keyOf = (person: string, id: string): string => `${person}\n${id}`
