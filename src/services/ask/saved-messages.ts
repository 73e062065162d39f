/** Saves the messages that a run of `ask` receives and that are no answers: the next `listen` prints them. */
import type {QuestionFile} from '../../account/state/question-file.ts'
import type {KeptSession} from '../../account/state/session-claim.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import type {ArchiveResult} from '../../protocol/archive/archive.ts'
import type {MessageEvent, StanzaEvent} from '../../protocol/event/event.ts'
import {parseEvent} from '../../protocol/event/parse-event.ts'
import type {Element} from '../../xml.ts'
import {keysOf} from '../listen/deduplicator.ts'
import {buildUnprinted, toStanza} from '../listen/unprinted.ts'
import type {Question} from './question.ts'

export class SavedMessages {
  readonly #file: QuestionFile | undefined
  readonly #own: string
  readonly #question: Question
  /** Whether the server has no session to resume. */
  #isSettled = true

  /** @param file undefined if nothing can be saved; then all messages stay on the server @param own bare JID */
  constructor(file: QuestionFile | undefined, own: string, question: Question) {
    this.#file = file
    this.#own = own
    this.#question = question
  }

  hasOtherQuestions(): Promise<boolean> {
    return this.#file?.hasOthers() ?? Promise.resolve(false)
  }

  /** False if the message has to stay on the server. */
  async save(event: StanzaEvent, source: Element | ArchiveResult): Promise<boolean> {
    if (!this.#isForListen(event)) return true
    const stanza = 'message' in source ? toStanza(source, this.#own) : source
    const xml = buildUnprinted(stanza, this.#own)
    return xml === undefined || (await this.#file?.save(xml)) === true
  }

  async saveAnswer(event: StanzaEvent): Promise<void> {
    await this.#file?.saveAnswer(keysOf(event))
  }

  /** To call before each acknowledgement. */
  readonly record = (session: KeptSession): void => this.#file?.record(session)

  /** To call at the end of the session. Resolves with how many of the stanzas, from the first on, were saved. */
  readonly keep = async (stanzas: Element[], settled: boolean): Promise<number> => {
    this.#isSettled = settled
    let savedCount = 0
    for (const stanza of stanzas) {
      const event = parseEvent(stanza, this.#own)
      if (event && !(await this.save(event, stanza))) break
      savedCount++
    }
    return savedCount
  }

  /** To call at the end of the run. */
  async close(): Promise<void> {
    await this.#file?.close(this.#isSettled)
  }

  /** Other clients have received the messages of carbons. Receipts and errors for the question are of no use later. */
  #isForListen(event: StanzaEvent): boolean {
    if (event.event === 'chat-state' || event.event === 'presence') return false
    if (event.event === 'error') return !this.#question.isOwn(event.id)
    if (event.event === 'receipt' || event.event === 'marker')
      return event.carbon === null && !this.#question.isOwn(event.messageId)
    if (event.event === 'message' && this.#isOwn(event)) return false
    return event.event === 'subscription' || event.carbon === null
  }

  /** Whether the message is the question or its correction, to this account itself. */
  #isOwn({from, id, originId}: MessageEvent): boolean {
    return matchesJid(bareJidOf(from), this.#own) && this.#question.isOwn(id, originId)
  }
}
