/** The answers to a question, one for each respondent, and the decision that follows from them. */
import {EXIT} from '../../errors.ts'

export interface Answer {
  /** The bare JID, or the occupant JID if the room does not show it. */
  from: string
  /** Null if any text is an answer. */
  choice: string | null
  text: string
  /** RFC 3339. */
  time: string
}

export interface Decision {
  /** The choice, or the text if any text is an answer. */
  decided: string
  exitCode: number
}

export class Tally {
  readonly #choices: readonly string[] | undefined
  readonly #need: number
  readonly #answers = new Map<string, {name: string; answer: Answer}>()

  /** @param need the number of respondents that have to give the first choice */
  constructor(choices: readonly string[] | undefined, need: number) {
    this.#choices = choices
    this.#need = need
  }

  /** The last answer of a respondent counts. */
  set(person: string, name: string, answer: Answer): void {
    this.#answers.delete(person)
    this.#answers.set(person, {name, answer})
  }

  withdraw(person: string): void {
    this.#answers.delete(person)
  }

  get answers(): Answer[] {
    return [...this.#answers.values()].map(({answer}) => answer)
  }

  /** The names of the respondents with the answer that was decided on. */
  namesFor(decided: string): string[] {
    return [...this.#answers.values()]
      .filter(({answer}) => (answer.choice ?? decided) === decided)
      .map(({name}) => name)
  }

  /** The number of respondents that agree with the first choice. */
  get agreed(): number {
    const first = this.#choices?.[0]
    return this.answers.filter(({choice}) => first === undefined || choice === first).length
  }

  /** One other choice decides at once. Undefined while more answers are needed. */
  get decision(): Decision | undefined {
    const first = this.#choices?.[0]
    const other = this.answers.find(({choice}) => choice !== null && choice !== first)
    if (other) return {decided: other.choice ?? other.text, exitCode: EXIT.otherAnswer}
    const last = this.answers.at(-1)
    if (!last || this.agreed < this.#need) return undefined
    return {decided: last.choice ?? last.text, exitCode: EXIT.ok}
  }
}
