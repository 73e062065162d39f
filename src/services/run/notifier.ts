/** Sends the messages of one run. Each call opens one short session, since the command may run for hours. */
import {randomUUID} from 'node:crypto'
import {timeLeft} from '../../cli/timeout.ts'
import {type Failure, toFailure} from '../../errors.ts'
import {failedUpload, type UploadResult} from '../../protocol/file/http-upload.ts'
import type {SharedFile} from '../../protocol/message/file-sharing.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import {buildStanza} from '../send/compose.ts'
import {failedResult} from '../send/delivery.ts'
import type {MessageOptions} from '../send/options.ts'
import type {OutgoingStanza} from '../send/outgoing-stanza.ts'
import {buildFileStanzas} from '../send/read-stanzas.ts'
import {type OpenSendSession, sendMessages} from '../send/send-messages.ts'
import type {UploadSource} from '../upload/source.ts'

type OpenTimedSession = (
  use: Parameters<OpenSendSession>[0],
  /** Of the whole session, in milliseconds. */
  timeout: number,
) => Promise<void>

export interface NotifierOptions {
  /** One for each recipient: all but the text. */
  recipients: readonly (MessageOptions & {to: string})[]
  /** The nickname in rooms. */
  nick: string
  open: OpenTimedSession
  /** Uploads a file within this time, in milliseconds. */
  upload(source: UploadSource, timeout: number): Promise<UploadResult>
  /** Receives each failure once. @param subject the recipient or the file */
  onFailure(subject: string, failure: Failure): void
}

export class Notifier {
  /** The outcome for each recipient of each call, in order. */
  readonly results: SendResult[] = []
  /** The outcome of the upload, if there was one. */
  upload: UploadResult | undefined
  readonly #options: NotifierOptions
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: NotifierOptions) {
    this.#options = options
  }

  /**
   * Resolves once each message was accepted or has failed; one call starts after the other.
   * @param deadline by which this has happened, on the clock of `performance.now()`
   */
  send(messages: readonly MessageOptions[], deadline: number): Promise<void> {
    return this.#enqueue(() =>
      this.#deliver(
        messages.map((message) => buildStanza(message)),
        deadline,
      ),
    )
  }

  /** Uploads a file and sends its URL. @param open may throw, if the file is not complete */
  sendFile(open: () => UploadSource, deadline: number): Promise<void> {
    return this.#enqueue(async () => {
      const file = await this.#upload(open, deadline)
      if (file)
        await this.#deliver(buildFileStanzas([...this.#options.recipients], [file]), deadline)
    })
  }

  #enqueue(task: () => Promise<void>): Promise<void> {
    const done = this.#last.then(task)
    this.#last = done
    return done
  }

  /** Undefined after a failure, which is reported. */
  async #upload(open: () => UploadSource, deadline: number): Promise<SharedFile | undefined> {
    const {onFailure, upload} = this.#options
    this.upload = await Promise.resolve()
      .then(() => upload(open(), timeLeft(deadline)))
      .catch((error) => failedUpload('output.txt', toFailure(error)))
    const {error, url, ...metadata} = this.upload
    if (url !== null) return {url, ...metadata}
    if (error) onFailure(metadata.name, error)
    return undefined
  }

  /** The first failure of all messages. */
  get failure(): Failure | undefined {
    return (this.results.find(({error}) => error) ?? this.upload)?.error ?? undefined
  }

  /** A text for each recipient. @param edit the messages that it corrects, or that are corrected later */
  toAll(body: string, edit?: EditedMessage): MessageOptions[] {
    return this.#options.recipients.map((recipient) => ({
      ...recipient,
      body,
      clean: true,
      ...edit?.idsFor(recipient.to),
    }))
  }

  async #deliver(stanzas: OutgoingStanza[], deadline: number): Promise<void> {
    const {nick, onFailure, open} = this.#options
    const openInTime: OpenSendSession = (use) => open(use, timeLeft(deadline))
    const results = await sendMessages(stanzas, nick, openInTime).catch((error) => {
      const failure = toFailure(error)
      return stanzas.map((stanza) => failedResult(stanza, failure))
    })
    for (const {error, to} of results) if (error) onFailure(to, error)
    this.results.push(...results)
  }
}

/** One message for each recipient that is sent once and then corrected (XEP-0308). */
export class EditedMessage {
  readonly #ids = new Map<string, string>()

  /** Whether the message was sent before. */
  get isSent(): boolean {
    return this.#ids.size > 0
  }

  /** The id of the first message, and from then on the reference to it. */
  idsFor(to: string): {id: string} | {replace: string} {
    const replace = this.#ids.get(to)
    if (replace !== undefined) return {replace}
    const id = randomUUID()
    this.#ids.set(to, id)
    return {id}
  }
}
