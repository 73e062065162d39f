/** Saves the files of received messages (XEP-0447, XEP-0066), while further messages are printed. */
import path from 'node:path'
import {formatDuration} from '../../duration.ts'
import {EXIT, Failure, toFailure} from '../../errors.ts'
import type {HttpClient} from '../../http.ts'
import type {FileEvent, MessageEvent} from '../../protocol/event/event.ts'
import type {SharedFile} from '../../protocol/message/file-sharing.ts'
import {checkFileUrl, type FetchedFile, fetchInto, fileTooLarge} from '../download/fetch-file.ts'
import {numberedName, safeFileName} from '../download/file-name.ts'
import {saveNew} from '../download/new-file.ts'

export interface FileSaving {
  folder: string
  /** The largest size of a file, in bytes. */
  maxBytes: number
}

/** Downloads at a time. */
const MAX_RUNNING = 4
/** Milliseconds: a server that sends a byte now and then must not hold up the files of others. */
const MAX_TIME = 10 * 60_000
const MAX_NAMES = 10_000

interface Job {
  file: SharedFile
  message: MessageEvent
}

export class FileSaver {
  readonly #options: FileSaving & {http: HttpClient}
  readonly #signal: AbortSignal
  readonly #stopped = new AbortController()
  readonly #onDone: (event: FileEvent) => Promise<void>
  readonly #waiting: Job[] = []
  readonly #running = new Set<Promise<void>>()
  #failed: {error: unknown} | undefined

  /** @param onDone called for each file, whether it was saved or not; also after the signal has aborted */
  constructor(
    {signal, ...options}: FileSaving & {http: HttpClient; signal: AbortSignal},
    onDone: (event: FileEvent) => Promise<void>,
  ) {
    this.#options = options
    this.#signal = AbortSignal.any([signal, this.#stopped.signal])
    this.#onDone = onDone
  }

  /** Returns at once. */
  save(message: MessageEvent): void {
    this.#waiting.push(...message.files.map((file) => ({file, message})))
    this.#startNext()
  }

  /** Resolves when each file was saved or has failed. Rejects with the first failure of `onDone`. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
    if (this.#failed) throw this.#failed.error
  }

  /** Ends the downloads; each one is reported. */
  async stop(reason: unknown): Promise<void> {
    this.#stopped.abort(toFailure(reason))
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #startNext(): void {
    while (this.#running.size < MAX_RUNNING) {
      const job = this.#waiting.shift()
      if (!job) return
      const running = this.#run(job).finally(() => {
        this.#running.delete(running)
        this.#startNext()
      })
      this.#running.add(running)
    }
  }

  /** Never rejects. */
  async #run({file, message: {from, id}}: Job): Promise<void> {
    try {
      const outcome = await this.#saveFile(file)
      await this.#onDone({event: 'file', messageId: id, from, ...file, ...outcome})
    } catch (error) {
      this.#failed ??= {error}
    }
  }

  async #saveFile(
    file: SharedFile,
  ): Promise<Partial<FetchedFile> & Pick<FileEvent, 'path' | 'error'>> {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(tooSlow()), MAX_TIME)
    try {
      const signal = AbortSignal.any([this.#signal, limit.signal])
      signal.throwIfAborted()
      const {path, type, ...fetched} = await this.#download(file, signal)
      return {...fetched, path, type: file.type ?? type, error: null}
    } catch (error) {
      if (error instanceof Failure) return {path: null, error}
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  async #download(file: SharedFile, signal: AbortSignal): Promise<FetchedFile & {path: string}> {
    const {folder, http, maxBytes} = this.#options
    const url = checkFileUrl(file.url)
    if ((file.size ?? 0) > maxBytes) throw fileTooLarge(url, maxBytes)
    const name = safeFileName(file.name ?? undefined, url)
    const nameFor = (serial: number): string | undefined =>
      serial < MAX_NAMES ? numberedName(name, serial) : undefined
    const expected = {size: file.size ?? undefined, sha256: file.sha256 ?? undefined}
    const options = {expected, http, maxBytes, signal}
    const saved = await saveNew(folder, nameFor, (handle) => fetchInto(handle, url, options))
    return {path: path.normalize(saved.file), ...saved.result}
  }
}

const tooSlow = (): Failure =>
  new Failure(
    'timeout',
    `The download took more than ${formatDuration(MAX_TIME)}`,
    EXIT.temporary,
    {
      stage: 'request',
    },
  )
