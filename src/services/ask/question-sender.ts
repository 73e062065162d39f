/** Sends the question to all recipients, and corrects it when it is closed. */
import {answers} from '../../answer.ts'
import {Failure, toFailure} from '../../errors.ts'
import {type Element, parseStanzaError, type StanzaChannel} from '../../xml.ts'
import {fitToLimit} from '../send/compose.ts'
import {failedResult} from '../send/delivery.ts'
import type {OutgoingStanza} from '../send/outgoing-stanza.ts'
import type {Question, QuestionRecipient} from './question.ts'

export class QuestionSender {
  readonly #question: Question
  readonly #recipients: readonly QuestionRecipient[]
  readonly #stanzas: OutgoingStanza[]
  readonly #failures = new Map<string, Failure>()
  readonly #onFailure: (to: string, failure: Failure) => void

  /** @param onFailure called once for each recipient that the question does not reach */
  constructor(
    question: Question,
    recipients: readonly QuestionRecipient[],
    onFailure: (to: string, failure: Failure) => void,
  ) {
    this.#question = question
    this.#recipients = recipients
    this.#stanzas = recipients.map((recipient) => question.buildFor(recipient))
    this.#onFailure = onFailure
  }

  get failures(): {to: string; error: Failure}[] {
    return [...this.#failures].map(([to, error]) => ({to, error}))
  }

  /** The number of recipients that the question has reached, as far as is known. */
  get reached(): number {
    return this.#stanzas.length - this.#failures.size
  }

  /** Throws `too-large` (65). @param maxBytes the limit of the server, if it is known */
  checkSize(maxBytes: number | undefined): void {
    try {
      for (const question of this.#stanzas) fitToLimit(question, maxBytes)
    } catch (error) {
      throw error instanceof Failure ? error.with({hint: 'Shorten the question'}) : error
    }
  }

  /** Resolves when the server has answered for each recipient. */
  async send(stanzas: StanzaChannel): Promise<void> {
    const sent = this.#stanzas.map((question) =>
      stanzas
        .sendConfirmed(question.element)
        .catch((error) => this.#fail(question, toFailure(error))),
    )
    await Promise.all(sent)
  }

  /** Whether the stanza returns the question as an error. */
  handleReturned(stanza: Element): boolean {
    const question = this.#stanzas.find(({element}) => answers(stanza, element))
    if (question) this.#fail(question, parseStanzaError(stanza))
    return question !== undefined
  }

  /** Corrects the question for all that received it. */
  async close(stanzas: StanzaChannel, status: string): Promise<void> {
    const corrections = this.#recipients
      .filter((_, i) => !this.#failures.has(this.#stanzas[i]?.element.attrs.to))
      .map((recipient) => this.#question.buildClosed(recipient, status))
    await Promise.all(corrections.map(({element}) => stanzas.sendConfirmed(element)))
  }

  /** A question with an unknown outcome may have arrived, so it can be answered. */
  #fail(question: OutgoingStanza, error: Failure): void {
    const {to} = question.element.attrs as {to: string}
    if (error.isUnknownOutcome || this.#failures.has(to)) return
    const failure = failedResult(question, error).error ?? error
    this.#failures.set(to, failure)
    this.#onFailure(to, failure)
  }
}
