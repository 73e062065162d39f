/** Uploads files one after another, each into a slot of its own, with one result each. */
import type {UseSession} from '../../cli/base-command.ts'
import {IdleTimeout} from '../../cli/idle-timeout.ts'
import {shutdownSignal} from '../../cli/signals.ts'
import {type ProgressBar, startByteProgress} from '../../cli/terminal/progress.ts'
import {uptime} from '../../clock.ts'
import {formatDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import {ping} from '../../protocol/core/ping.ts'
import {failedUpload, type UploadResult} from '../../protocol/file/http-upload.ts'
import type {SharedFile} from '../../protocol/message/file-sharing.ts'
import type {Iq} from '../../xml.ts'
import {putFile} from './put-file.ts'
import {SlotRequests} from './slot-requests.ts'
import type {UploadSource} from './source.ts'
import type {UploadContext} from './upload-context.ts'

/** How long a service may take to answer a request. A transfer may take as long as it moves. */
const ANSWER_MS = 30_000
/** After a transfer that took longer, the connection of the session may be lost. */
const SHORT_MS = 1000
/** Finds a lost connection, and opens another one, in less time than an answer may take. */
const KEEPALIVE = {idleMs: 10_000, timeoutMs: 10_000}

/** The parts of a session that uploads need. */
export interface UploadSession {
  bound: Promise<unknown>
  stanzas: Iq
  signal: AbortSignal
}

/** The files of a run. A file that was uploaded in one session is not uploaded again in the next. */
export class Uploads {
  readonly #sources: UploadSource[]
  readonly #context: UploadContext
  readonly #shortMs: number
  readonly #results = new Map<UploadSource, UploadResult>()
  /** For the progress bar, in bytes. */
  readonly #sizes = new Map<UploadSource, number>()
  readonly #idle = new IdleTimeout(ANSWER_MS)
  /** Ends the session early. */
  readonly #limit = new AbortController()
  /** Ends the transfers: the session has ended. */
  readonly #ended = new AbortController()
  #bar: ProgressBar | undefined
  #answeredAt = 0
  #reconnects = false

  constructor(sources: UploadSource[], context: UploadContext, shortMs = SHORT_MS) {
    this.#sources = sources
    this.#context = context
    this.#shortMs = shortMs
  }

  /**
   * Opens a session, passes it to `use`, and closes it. The session is idle during a long transfer: if it loses its
   * connection then, it gets another one.
   */
  async open(use: UseSession<void>): Promise<void> {
    const onDisconnect = (failure: Failure): void => {
      if (!this.#reconnects) throw failure
    }
    // Before the session opens, so that the first request can leave with the sign-in.
    await this.#context.cache.load()
    for (const source of this.#sources) this.#sizes.set(source, await source.size())
    try {
      await this.#context.open(use, {
        interrupt: AbortSignal.any([shutdownSignal, this.#limit.signal, this.#idle.signal]),
        reconnect: {onDisconnect, keepalive: KEEPALIVE},
      })
    } finally {
      this.#stopProgress()
      this.#ended.abort(new DOMException('The run is over', 'AbortError'))
    }
  }

  /** Uploads the files without a final result. Throws the failure of a file that another session may be able to upload. */
  async run({bound, signal, stanzas}: UploadSession): Promise<void> {
    this.#reconnects = true
    this.#answeredAt = uptime() // a new session
    const sources = this.#sources.filter((source) => !this.#isOver(source))
    const {http, showProgress} = this.#context
    const total = sources.reduce((sum, source) => sum + (this.#sizes.get(source) ?? 0), 0)
    this.#bar = await startByteProgress(total, showProgress)
    const slots = new SlotRequests(stanzas, this.#context, (answer) =>
      this.#untilAnswered(answer, bound),
    )
    const transfer = {
      http,
      signal: AbortSignal.any([signal, this.#ended.signal]),
      onProgress: (bytes: number) => this.#bar?.step(bytes),
    }
    try {
      for (const source of sources) {
        const result = await uploadFile(source, slots, transfer)
        if (result.error) await bound // a session that does not open is not a failure of the file
        this.#results.set(source, result)
      }
    } finally {
      this.#stopProgress()
    }
    const retryable = sources.find((source) => !this.#isOver(source))
    if (retryable) throw this.#results.get(retryable)?.error?.about(retryable.name) // so that --retry applies
  }

  /** Waits for the server, so that no message is written to a connection that was lost during a transfer. */
  async checkConnection({bound, stanzas}: UploadSession): Promise<void> {
    const isRecent = uptime() - this.#answeredAt <= this.#shortMs
    const answered = isRecent ? undefined : ping(stanzas, this.#context.domain)
    if (answered) await this.#untilAnswered(answered, bound).catch(() => {}) // the messages fail as well
    this.#reconnects = false
  }

  /** Ends the session after this time. */
  endAfter(ms: number): void {
    const message = `No answer came within ${formatDuration(ms)} after the upload`
    const failure = new Failure('timeout', message, EXIT.deadline, {stage: 'request'})
    setTimeout(() => this.#limit.abort(failure), ms).unref()
  }

  /** @param failure of the files that were not tried */
  results(failure?: Failure): UploadResult[] {
    const missing = ({name}: UploadSource) => (failure ? failedUpload(name, failure) : [])
    return this.#sources.flatMap((source) => this.#results.get(source) ?? missing(source))
  }

  /** The files as messages name them. Throws if one was not uploaded. */
  get shared(): SharedFile[] {
    return this.results().map(({error, url, ...metadata}) => {
      if (error) throw error.about(metadata.name)
      return {url: url ?? '', ...metadata}
    })
  }

  #isOver(source: UploadSource): boolean {
    const {error} = this.#results.get(source) ?? {}
    return error !== undefined && !(error?.retryable && source.isRepeatable)
  }

  /** The time for an answer begins when the session is open. */
  async #untilAnswered<T>(answer: Promise<T>, bound: Promise<unknown>): Promise<T> {
    const limited = bound.then(
      () => this.#idle.until(answer),
      () => answer, // which a session that does not open rejects
    )
    const result = await limited
    this.#idle.renew()
    this.#answeredAt = uptime()
    return result
  }

  #stopProgress(): void {
    this.#bar?.stop()
    this.#bar = undefined
  }
}

/** Throws if no file was tried; otherwise each file has its own result. */
export async function uploadFiles(
  sources: UploadSource[],
  context: UploadContext,
): Promise<UploadResult[]> {
  const uploads = new Uploads(sources, context)
  try {
    await uploads.open((session) => uploads.run(session))
  } catch (error) {
    if (!(error instanceof Failure) || uploads.results().length === 0) throw error
    return uploads.results(error)
  }
  return uploads.results()
}

/** Rejects if the run is over; any other failure is in the result. */
async function uploadFile(
  source: UploadSource,
  slots: SlotRequests,
  transfer: Parameters<typeof putFile>[3],
): Promise<UploadResult> {
  try {
    const file = {name: source.name, type: source.type, size: await source.size()}
    const slot = await slots.slotFor(file)
    const sha256 = await putFile(file, await source.open(), slot, transfer)
    return {...file, url: slot.get.href, sha256, error: null}
  } catch (error) {
    transfer.signal.throwIfAborted()
    if (!(error instanceof Failure)) throw error
    return failedUpload(source.name, error)
  }
}
