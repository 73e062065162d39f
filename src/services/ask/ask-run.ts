/** One run of `ask`: sends the question, waits for the answers, and closes the question. */
import {setTimeout as sleep} from 'node:timers/promises'
import {terminalOf} from '../../cli/stdout.ts'
import {formatDuration} from '../../duration.ts'
import {EXIT, Failure, SLOW_SERVER, toFailure} from '../../errors.ts'
import {domainOf} from '../../jid.ts'
import {
  CLOSED,
  NOT_ANSWERED,
  NOT_CORRECTED,
  renderDecision,
  TOO_FEW_ASKED,
} from '../../output/ask.ts'
import {RECONNECTED, renderDisconnected, renderGap} from '../../output/session.ts'
import {getTime} from '../../protocol/core/time.ts'
import type {JoinedRooms} from '../../protocol/muc/joined-rooms.ts'
import {buildPresence} from '../../protocol/presence/presence.ts'
import type {Element, StanzaChannel} from '../../xml.ts'
import {EventStream} from '../listen/event-stream.ts'
import {addOwnCaps, registerIqHandlers, type Software} from '../listen/iq-handlers.ts'
import type {StreamItem} from '../listen/listen-event.ts'
import type {ListenSession} from '../listen/listen-run.ts'
import type {RoomEntry} from '../listen/room-joins.ts'
import {AnswerCollector, type CollectorOptions} from './answer-collector.ts'
import {closingTime} from './closing-time.ts'
import type {QuestionRecipient} from './question.ts'
import {QuestionSender} from './question-sender.ts'
import type {SavedMessages} from './saved-messages.ts'
import type {Answer, Decision} from './tally.ts'

/** The reports of a run. */
export interface AskOutput extends Pick<CollectorOptions, 'onAnswer' | 'warn'> {
  /** Called when at least one recipient has the question. */
  onAsked(): void
  onFailure(to: string, failure: Failure): void
}

export interface AskRunOptions extends Omit<CollectorOptions, 'hasOtherQuestions'>, AskOutput {
  recipients: readonly QuestionRecipient[]
  rooms: RoomEntry[]
  /** How often to try to join a lost room again. */
  retry: number
  /** Of the whole run, in milliseconds from the start of the process. */
  timeout: number
  /** Describes this client to those that request it. */
  software: Software
  saved: SavedMessages
}

export interface AskResult {
  answers: Answer[]
  decision: Decision | undefined
  /** Why the question was closed without a decision. */
  failure: Failure | undefined
  failures: {to: string; error: Failure}[]
}

/** Without a decision, the status is for the recipients; undefined if the question cannot be corrected. */
type AskEnding = {decision: Decision} | {failure: Failure; status: string | undefined}

/** The state of one session. */
interface AskAttempt {
  collector: AnswerCollector
  sender: QuestionSender
  ended: Promise<AskEnding>
  end(ending: AskEnding): void
}

function newAskAttempt(options: AskRunOptions): AskAttempt {
  const {need, onFailure, question, recipients, respondents, saved} = options
  const hasOtherQuestions = (): Promise<boolean> => saved.hasOtherQuestions()
  let end: AskAttempt['end'] = () => {}
  const ended = new Promise<AskEnding>((resolve) => {
    end = resolve
  })
  const sender: QuestionSender = new QuestionSender(question, recipients, (to, failure) => {
    const isDecidable = respondents.inRooms ? sender.reached > 0 : sender.reached >= need
    if (isDecidable) onFailure(to, failure)
    else end({failure: failure.about(to), status: TOO_FEW_ASKED})
  })
  return {collector: new AnswerCollector({...options, hasOtherQuestions}), sender, ended, end}
}

export class AskRun {
  readonly #options: AskRunOptions
  readonly #connection = new AbortController()
  #attempt: AskAttempt
  #stream: EventStream | undefined

  constructor(options: AskRunOptions) {
    this.#options = options
    this.#attempt = newAskAttempt(options)
  }

  /** Ends the session, with a `Failure` as its reason. */
  get interrupt(): AbortSignal {
    return this.#connection.signal
  }

  get reconnectHandlers() {
    const {saved, warn} = this.#options
    return {
      onDisconnect: (failure: Failure): void => {
        this.#stream?.disconnected(failure)
        warn(renderDisconnected(failure.message))
      },
      onReconnect: (jid: string, resumed: boolean): void => this.#stream?.reconnected(jid, resumed),
      record: saved.record,
      keep: saved.keep,
    }
  }

  /** Closes the question at the end of its time. */
  expire(): void {
    const span = formatDuration(this.#options.timeout)
    const {collector} = this.#attempt
    const {agreed} = collector.tally
    const count = agreed > 0 ? `Only ${agreed} of ${this.#options.need} answers` : 'No answer'
    const unsent = `The question was not sent within ${span}`
    const late = `${count} arrived within ${span}`
    this.stop(
      collector.askedAt === undefined
        ? new Failure('timeout', unsent, EXIT.temporary, {stage: 'connect', hint: SLOW_SERVER})
        : new Failure('timeout', late, EXIT.deadline, {stage: 'request'}),
      NOT_ANSWERED,
    )
  }

  /** Closes the question for this reason; ends the session if the question was not sent. */
  stop(failure: Failure, status: string): void {
    const {collector, end} = this.#attempt
    if (collector.askedAt === undefined) this.#connection.abort(failure)
    end({failure, status})
  }

  /** Throws the failure of a question that was not sent, or that reached no recipient. */
  async ask(session: ListenSession): Promise<AskResult> {
    this.#attempt = newAskAttempt(this.#options) // with --retry, an earlier session has failed
    const {collector, sender} = this.#attempt
    const ending = await this.#untilEnded(session)
    const isOpen = collector.askedAt !== undefined && sender.reached > 0
    if ('failure' in ending && !isOpen) throw ending.failure
    const status = this.#statusOf(ending)
    if (status !== undefined) await this.#close(session, status, ending)
    const {decision, failure} = {decision: undefined, failure: undefined, ...ending}
    return {answers: collector.tally.answers, decision, failure, failures: sender.failures}
  }

  async #untilEnded(session: ListenSession): Promise<AskEnding> {
    const stream = this.#openStream(session.stanzas)
    const items = stream.events(session.bound)
    for (;;) {
      const next = items.next().then(
        ({value}) => value as StreamItem,
        (error): AskEnding => ({failure: this.#lost(toFailure(error)), status: undefined}),
      )
      const step = await Promise.race([next, this.#attempt.ended])
      if (!('event' in step)) return step
      const isSaved = await this.#handle(step, session, stream.rooms)
      if (!isSaved) stream.deferAck() // never called: the message stays on the server
      const {decision} = this.#attempt.collector.tally
      if (!decision) continue
      stream.deferAck()() // the last answer is handled
      return {decision}
    }
  }

  #openStream(stanzas: StanzaChannel): EventStream {
    const {own, retry, rooms, software} = this.#options
    registerIqHandlers(stanzas, software)
    this.#stream = new EventStream(stanzas, {
      ...{own, retry, rooms, carbons: true},
      buildPresence: () => addOwnCaps(buildPresence(), software),
      ...{since: undefined, resumePoint: undefined},
    })
    return this.#stream
  }

  /** The question is open, so it must not be asked again. */
  #lost(failure: Failure): Failure {
    if (this.#attempt.collector.askedAt === undefined || !failure.retryable) return failure
    return failure.with({
      code: 'unknown-outcome',
      message: `${failure.message} while the question was open`,
      exitCode: EXIT.unknownOutcome,
      hint: 'xmpp listen prints the answers that arrive later',
    })
  }

  /** False if the stanza has to stay on the server. */
  async #handle(
    {event, isHistory, source, unfiltered}: StreamItem,
    session: ListenSession,
    rooms: JoinedRooms,
  ): Promise<boolean> {
    const {question, saved, warn} = this.#options
    if (event.event === 'ready') void this.#send(session)
    if (event.event === 'reconnected') warn(RECONNECTED)
    if (event.event === 'gap') warn(renderGap('Answers', event, terminalOf(process.stderr)))
    if (event.event === 'error' && unfiltered) warn(String(event.error.message)) // a room is lost
    if (isHistory || !source || !('from' in event) || event.event === 'gap') return true
    if (event.event === 'presence') this.#attempt.collector.handlePresence(source as Element)
    if (event.event === 'error' && this.#attempt.sender.handleReturned(source as Element))
      return true
    if (event.event === 'message') {
      if (rooms.isOwnOccupant(event.from ?? '')) question.handleReflected(event)
      if (await this.#attempt.collector.handle(event, session.stanzas)) {
        await saved.saveAnswer(event)
        return true
      }
    }
    return saved.save(event, source)
  }

  async #send({bound, stanzas}: ListenSession): Promise<void> {
    const {onAsked, own} = this.#options
    const {collector, sender} = this.#attempt
    try {
      sender.checkSize((await bound).maxBytes)
      const {skew} = await getTime(stanzas, domainOf(own)).catch(() => ({skew: 0}))
      collector.askedAt = Date.now() + skew
      await sender.send(stanzas)
      if (sender.reached > 0) onAsked()
    } catch (error) {
      this.stop(toFailure(error), CLOSED)
    }
  }

  #statusOf(ending: AskEnding): string | undefined {
    if ('failure' in ending) return ending.status
    const {decided} = ending.decision
    return renderDecision(this.#attempt.collector.tally.namesFor(decided), decided)
  }

  /** Corrects the question, as far as the time allows. */
  async #close({stanzas}: ListenSession, status: string, ending: AskEnding): Promise<void> {
    const isInterrupted = 'failure' in ending && ending.failure.code === 'interrupted'
    const closed = this.#attempt.sender.close(stanzas, status).then(
      () => true,
      () => false,
    )
    const limit = closingTime(this.#options.timeout, isInterrupted)
    const late = sleep(limit, false, {ref: false})
    if (await Promise.race([closed, late])) return
    this.#options.warn(NOT_CORRECTED)
    const lost = new Failure('connection-lost', 'The connection was lost', EXIT.temporary)
    this.#connection.abort(lost)
  }
}
