/** The messages of a question: the question with its choices, and its correction when it is closed. */
import {randomUUID} from 'node:crypto'
import type {MessageEvent} from '../../protocol/event/event.ts'
import {buildAction, buildResponse} from '../../protocol/message/quick-response.ts'
import {buildStanza} from '../send/compose.ts'
import type {MessageOptions} from '../send/options.ts'
import type {OutgoingStanza} from '../send/outgoing-stanza.ts'

export type QuestionRecipient = Pick<MessageOptions, 'nick' | 'room' | 'roomPassword'> & {
  to: string
}

export class Question {
  readonly id: string = randomUUID()
  readonly thread: string = randomUUID()
  /** The text without the choices. */
  readonly text: string
  /** Undefined if any text is an answer. */
  readonly choices: readonly string[] | undefined
  /** The ids by which answers can name the question; rooms add one of their own. */
  readonly ids = new Set([this.id])
  /** The ids of all messages that the run has sent. */
  readonly #sent = new Set([this.id])

  constructor(text: string, choices: readonly string[] | undefined) {
    this.text = text
    this.choices = choices
  }

  /** XEP-0439 §5: the text names the choices too, for clients that show no buttons. */
  buildFor(recipient: QuestionRecipient): OutgoingStanza {
    const {choices = [], id, text} = this
    const list =
      choices.length > 0 ? `${text.includes('\n') ? '\n' : ' '}(${choices.join('/')})` : ''
    const stanza = this.#build({...recipient, id, body: `${text}${list}`})
    for (const choice of choices) stanza.element.append(buildResponse(choice))
    choices.forEach((choice, i) => {
      stanza.element.append(buildAction(`${id}/${i}`, choice))
    })
    return stanza
  }

  /** Replaces the question, and with it its choices, by the text and how it was closed. */
  buildClosed(recipient: QuestionRecipient, status: string): OutgoingStanza {
    const id = randomUUID()
    this.#sent.add(id)
    return this.#build({...recipient, id, replace: this.id, body: `${this.text}\n\n${status}`})
  }

  /** To call with each message of this account in a room: the room gives the question an id of its own. */
  handleReflected({id, originId, stanzaId}: MessageEvent): void {
    if ((id === this.id || originId === this.id) && stanzaId !== null) this.ids.add(stanzaId)
  }

  /** Whether the run has sent the message with one of these ids. */
  isOwn(...ids: (string | null | undefined)[]): boolean {
    return ids.some((id) => typeof id === 'string' && this.#sent.has(id))
  }

  /** The choice of a selected action; undefined if the action belongs to another message. */
  choiceOfAction(action: string): string | undefined {
    return this.choices?.find((_, i) => action === `${this.id}/${i}`)
  }

  #build(options: MessageOptions): OutgoingStanza {
    return buildStanza({...options, thread: this.thread, clean: true})
  }
}
