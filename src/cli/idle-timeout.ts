/** A timeout for many requests, across reconnections: each confirmation from the server starts it again. */
import {once} from 'node:events'
import {uptime} from '../clock.ts'
import {formatDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'

/** Ends the wait for the receipt of one operation. */
class ReceiptWait {
  #controller: AbortController | undefined
  /** Call it when the server has accepted the message. */
  onAccepted: () => void = () => {}

  /** Aborts with a `Failure` when the receipt is overdue. Created on demand: most messages wait for no receipt. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  get isUsed(): boolean {
    return this.#controller !== undefined
  }

  abort(failure: Failure): void {
    this.#controller?.abort(failure)
  }
}

export class IdleTimeout {
  readonly #limitMs: number
  /** Resolves when a reply was due for the whole limit and the server confirmed nothing. */
  readonly expired: Promise<Failure>
  readonly #controller = new AbortController()
  /** Number of replies that are due; the timer runs while there are any. */
  #pending = 0
  #remainingMs: number
  #startedAt = 0
  #timer: NodeJS.Timeout | undefined
  /** Since the timer was set. */
  #isRenewed = false

  constructor(limitMs: number) {
    this.#limitMs = limitMs
    this.#remainingMs = limitMs
    const {signal} = this.#controller
    this.expired = once(signal, 'abort').then(() => signal.reason as Failure)
  }

  /** Aborts with the failure of `expired`. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The server has confirmed something: the whole limit is available again. */
  renew(): void {
    this.#remainingMs = this.#limitMs
    this.#startedAt = uptime()
    this.#isRenewed = true
  }

  /** Counts time until the reply settles. That alone does not renew the limit: the session may have been lost. */
  async until<T>(reply: Promise<T>): Promise<T> {
    if (this.#pending++ === 0) this.#start()
    try {
      return await reply
    } finally {
      if (--this.#pending === 0) this.#pause()
    }
  }

  /** Once the server has accepted the message, waiting for the receipt gets a fresh timeout of the same length. */
  async withReceiptTimeout<T>(
    operation: (wait: ReceiptWait) => Promise<T>,
    onAccepted: () => void,
  ): Promise<T> {
    const wait = new ReceiptWait()
    wait.onAccepted = onAccepted
    const result = operation(wait)
    if (!wait.isUsed) return this.until(result)
    const accepted = new Promise<void>((resolve) => {
      wait.onAccepted = () => {
        resolve()
        onAccepted()
      }
    })
    await this.until(Promise.race([accepted, result]))
    const timer = setTimeout(() => wait.abort(this.#failure()), this.#limitMs)
    try {
      return await result
    } finally {
      clearTimeout(timer)
    }
  }

  #start(): void {
    this.#startedAt = uptime()
    this.#schedule()
  }

  /** A renewal sets no new timer, because there are many: the timer that is set begins again with the time that is left. */
  #schedule(): void {
    const left = this.#remainingMs - (uptime() - this.#startedAt)
    this.#isRenewed = false
    this.#timer = setTimeout(() => {
      if (this.#isRenewed) this.#schedule()
      else this.#controller.abort(this.#failure())
    }, left)
  }

  /** The time that has passed without a confirmation still counts when the next reply is due. */
  #pause(): void {
    clearTimeout(this.#timer)
    this.#remainingMs = Math.max(0, this.#remainingMs - (uptime() - this.#startedAt))
  }

  #failure(): Failure {
    const duration = formatDuration(this.#limitMs)
    return new Failure('timeout', `No reply from the server for ${duration}`, EXIT.deadline, {
      stage: 'request',
    })
  }
}
