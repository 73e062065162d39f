/** A timeout for many requests, across reconnections: each confirmation from the server starts it again. */
import {once} from 'node:events'
import {uptime} from '../clock.ts'
import {formatDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'

export class IdleTimeout {
  readonly limitMs: number
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
    this.limitMs = limitMs
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
    this.#remainingMs = this.limitMs
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
      else this.#controller.abort(this.noReply())
    }, left)
  }

  /** The time that has passed without a confirmation still counts when the next reply is due. */
  #pause(): void {
    clearTimeout(this.#timer)
    this.#remainingMs = Math.max(0, this.#remainingMs - (uptime() - this.#startedAt))
  }

  /** The failure after the limit. */
  noReply(): Failure {
    const duration = formatDuration(this.limitMs)
    return new Failure('timeout', `No reply from the server for ${duration}`, EXIT.deadline, {
      stage: 'request',
    })
  }
}
