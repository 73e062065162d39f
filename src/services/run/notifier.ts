/** Sends the messages of one run. Each call opens one short session, since the command may run for hours. */
import {randomUUID} from 'node:crypto'
import {type Failure, toFailure} from '../../errors.ts'
import {failedUpload, type UploadResult} from '../../protocol/file/http-upload.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import {buildStanza} from '../send/compose.ts'
import {failedResult} from '../send/delivery.ts'
import type {MessageOptions} from '../send/options.ts'
import type {OutgoingStanza} from '../send/outgoing-stanza.ts'
import {buildFileStanzas} from '../send/read-stanzas.ts'
import {type OpenSendSession, type PrepareMessages, sendInTurn} from '../send/send-messages.ts'
import type {UploadSource} from '../upload/source.ts'
import type {Uploads} from '../upload/upload-files.ts'

type OpenTimedSession = (
  use: Parameters<OpenSendSession>[0],
  /** Of the whole session, on the clock of `uptime()` in clock.ts. */
  deadline: number,
) => Promise<void>

export interface NotifierOptions {
  /** One for each recipient: all but the text. */
  recipients: readonly (MessageOptions & {to: string})[]
  /** The nickname in rooms. */
  nick: string
  open: OpenTimedSession
  /** @param deadline of the session with the upload and the messages, on the same clock */
  newUploads(source: UploadSource, deadline: number): Promise<Uploads>
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
   * @param deadline by which this has happened, on the clock of `uptime()` in clock.ts
   * @param openFile a file to upload when the messages were sent; may throw, if the file is not complete
   */
  send(
    messages: readonly MessageOptions[],
    deadline: number,
    openFile?: () => UploadSource,
  ): Promise<void> {
    const done = this.#last.then(async () => {
      const stanzas = messages.map((message) => buildStanza(message))
      const uploads = openFile && (await this.#newUploads(openFile, deadline))
      await (uploads
        ? this.#deliverWithFile(stanzas, uploads)
        : this.#deliver(stanzas, [], (use) => this.#options.open(use, deadline)))
    })
    this.#last = done
    return done
  }

  async #newUploads(openFile: () => UploadSource, deadline: number): Promise<Uploads | undefined> {
    try {
      return await this.#options.newUploads(openFile(), deadline)
    } catch (error) {
      this.#uploaded(failedUpload('output.txt', toFailure(error)))
      return undefined
    }
  }

  async #deliverWithFile(stanzas: OutgoingStanza[], uploads: Uploads): Promise<void> {
    const prepareFile: PrepareMessages = async (session) => {
      await uploads.run(session)
      if (uploads.results().some(({error}) => error)) return []
      await uploads.checkConnection(session)
      return buildFileStanzas([...this.#options.recipients], uploads.shared)
    }
    const failure = await this.#deliver(stanzas, [prepareFile], (use) => uploads.open(use))
    for (const result of uploads.results(failure)) this.#uploaded(result)
  }

  #uploaded(result: UploadResult): void {
    this.upload = result
    if (result.error) this.#options.onFailure(result.name, result.error)
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

  /** Returns the failure that ended the session. */
  async #deliver(
    stanzas: OutgoingStanza[],
    more: PrepareMessages[],
    open: OpenSendSession,
  ): Promise<Failure | undefined> {
    const {nick, onFailure} = this.#options
    const {failure: error, results: sent} = await sendInTurn([() => stanzas, ...more], nick, open)
    const failure = error === undefined ? undefined : toFailure(error)
    const results =
      failure && sent.length === 0 ? stanzas.map((stanza) => failedResult(stanza, failure)) : sent
    for (const {error, to} of results) if (error) onFailure(to, error)
    this.results.push(...results)
    return failure
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
