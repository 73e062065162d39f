/** Requests the slots of a session from the service of its server, which is known from the last run or searched. */
import type {UploadCache} from '../../account/state/upload-cache.ts'
import {Failure} from '../../errors.ts'
import {
  fileTooLarge,
  findUploadService,
  requestSlot,
  type UploadedFile,
  type UploadService,
  type UploadSlot,
} from '../../protocol/file/http-upload.ts'
import type {Iq} from '../../xml.ts'

type UntilAnswered = <T>(answer: Promise<T>) => Promise<T>

export class SlotRequests {
  readonly #iq: Iq
  readonly #domain: string
  readonly #cache: UploadCache
  readonly #untilAnswered: UntilAnswered
  #service: UploadService | undefined
  #isFresh = false

  /** @param untilAnswered limits the time for an answer */
  constructor(
    iq: Iq,
    {cache, domain}: {cache: UploadCache; domain: string},
    untilAnswered: UntilAnswered,
  ) {
    this.#iq = iq
    this.#domain = domain
    this.#cache = cache
    this.#untilAnswered = untilAnswered
  }

  /** A saved service may no longer exist, and its limit may have changed: a refusal counts only after discovery. */
  async slotFor(file: UploadedFile): Promise<UploadSlot> {
    this.#service ??= await this.#cache.load()
    if (this.#service && !this.#isFresh) {
      try {
        return await this.#request(file, this.#service)
      } catch (error) {
        if (!(error instanceof Failure) || error.retryable || !isRefusal(error)) throw error
      }
    }
    if (!this.#service || !this.#isFresh) this.#service = await this.#discover()
    return this.#request(file, this.#service)
  }

  async #request(file: UploadedFile, service: UploadService): Promise<UploadSlot> {
    if (service.maxBytes !== null && file.size > service.maxBytes) throw fileTooLarge(file, service)
    return this.#untilAnswered(requestSlot(this.#iq, service.jid, file))
  }

  async #discover(): Promise<UploadService> {
    const service = await this.#untilAnswered(findUploadService(this.#iq, this.#domain))
    this.#isFresh = true
    await this.#cache.save(service)
    return service
  }
}

const isRefusal = ({code, condition}: Failure): boolean =>
  condition !== undefined || code === 'too-large' || code === 'unsupported'
