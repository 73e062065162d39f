/** Takes the answers among the received messages, and keeps their tally. */
import {renderIgnored, renderRetraction} from '../../output/ask.ts'
import type {MessageEvent} from '../../protocol/event/event.ts'
import {Occupants} from '../../protocol/muc/occupants.ts'
import type {Element, StanzaChannel} from '../../xml.ts'
import {buildAcknowledgements} from '../listen/acknowledgements.ts'
import {type AnswerMeaning, AnswerReader} from './answer-reader.ts'
import type {Question} from './question.ts'
import {type Respondent, type RespondentRules, respondentOf} from './respondents.ts'
import {type Answer, Tally} from './tally.ts'

export interface CollectorOptions {
  /** Bare JID. */
  own: string
  question: Question
  respondents: RespondentRules
  /** The number of respondents that have to give the first choice. */
  need: number
  hasOtherQuestions(): Promise<boolean>
  onAnswer(name: string, answer: Answer): void
  warn(sentence: string): void
}

export class AnswerCollector {
  readonly tally: Tally
  /** When the question was sent, by the clock of the server, in milliseconds; before that, no message is an answer. */
  askedAt: number | undefined
  readonly #options: CollectorOptions
  readonly #occupants = new Occupants()
  readonly #reader: AnswerReader

  constructor(options: CollectorOptions) {
    const {hasOtherQuestions, need, question} = options
    this.#options = options
    this.#reader = new AnswerReader(question, hasOtherQuestions)
    this.tally = new Tally(question.choices, need)
  }

  /** To call with each presence. */
  handlePresence(presence: Element): void {
    this.#occupants.handlePresence(presence)
  }

  /** Whether the message is an answer, or withdraws one. */
  async handle(event: MessageEvent, stanzas: StanzaChannel): Promise<boolean> {
    const respondent = respondentOf(event, this.#options.respondents, this.#occupants)
    if (this.#options.question.isOwn(event.id, event.originId)) return false
    if (!respondent || event.carbon === 'sent' || this.askedAt === undefined) return false
    const isLater = event.delay === null || isSince(event.delay, this.askedAt)
    const reading = await this.#reader.read(event, respondent.person, isLater)
    if (!reading || !this.#apply(reading, respondent, event)) return false
    const policy = {own: this.#options.own, silent: false, displayed: false, accepted: []}
    for (const receipt of buildAcknowledgements(event, policy, true)) await stanzas.send(receipt)
    return true
  }

  #apply(reading: AnswerMeaning, {from, name, person}: Respondent, {delay}: MessageEvent): boolean {
    const {onAnswer, warn} = this.#options
    switch (reading.kind) {
      case 'answer': {
        const {choice, text} = reading
        const answer = {from, choice, text, time: delay ?? new Date().toISOString()}
        this.tally.set(person, name, answer)
        onAnswer(name, answer)
        return true
      }
      case 'withdrawal':
        this.tally.withdraw(person)
        warn(renderRetraction(name))
        return true
      default:
        warn(renderIgnored(name, reading.kind, reading.text))
        return false
    }
  }
}

/** Many servers write the time of a delayed message in whole seconds: within the same second, it is not certain. */
const isSince = (delay: string, time: number): boolean => Date.parse(delay) >= time
