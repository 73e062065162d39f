/** Runs operations on a session, and opens another session when it is lost. */
import {setTimeout as sleep} from 'node:timers/promises'
import type {IdleTimeout} from '../../../cli/idle-timeout.ts'
import {EXIT, type Failure, toFailure, unconfirmedFailure} from '../../../errors.ts'
import {nextTurn} from '../../../next-turn.ts'
import type {RateLimiter} from './rate-limiter.ts'
import {SlowStart} from './slow-start.ts'

/** Performs the operations of one session. */
export interface Worker {
  /** Resolves with the failure that ended the session. */
  closed: Promise<Failure>
}

/** Opens a session, passes its worker to `use`, and keeps the session open until `use` settles. */
export type OpenWorker<W> = (use: (worker: W) => Promise<void>) => Promise<void>

const MAX_PAUSE_MS = 5000

/** Performs one operation. Calls `confirm` as soon as the server has confirmed something. */
export type Task<W, R> = (worker: W, confirm: () => void) => Promise<R>

export class ReconnectingSession<W extends Worker> {
  readonly #open: OpenWorker<W>
  readonly #idleTimeout: IdleTimeout
  readonly #rateLimiter: Pick<RateLimiter, 'acquire'> | undefined
  readonly #stop = new AbortController()
  readonly #finished: Promise<void>
  #finish: () => void = () => {}
  #isFinished = false
  /** Number of sessions in a row that failed before the server confirmed anything. */
  #failures = 0
  #next = new Deferred()
  #current: SlowStart<W> | undefined

  /** @param rateLimiter for tasks that had to wait for a session; the limit for new tasks is applied before `run` */
  constructor(
    open: OpenWorker<W>,
    idleTimeout: IdleTimeout,
    rateLimiter?: Pick<RateLimiter, 'acquire'>,
  ) {
    this.#open = open
    this.#idleTimeout = idleTimeout
    this.#rateLimiter = rateLimiter
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** Aborts with a `Failure` as reason when no further session will open. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Keeps a session open while `work` runs. Throws if the first session does not open. */
  async while(work: () => Promise<void>): Promise<void> {
    const connected = this.#keepConnected()
    try {
      await this.#next.promise
      await work()
    } finally {
      this.#isFinished = true
      this.#finish()
      await connected
    }
  }

  /** Runs the task on the current session, and again on the next one if the session was lost before it was written. */
  async run<R>(task: Task<W, R>, failureOf: (result: R) => Failure | null): Promise<R> {
    for (;;) {
      const current = this.#current
      const wait = current ? current.acquire() : this.#idleTimeout.until(this.#next.promise)
      if (wait) {
        await wait.catch((error) => {
          throw unconfirmedFailure({effect: true, written: false}, error)
        })
        await this.#rateLimiter?.acquire(this.signal)
      }
      if (!current || current !== this.#current) continue
      const {worker} = current
      const confirm = (): void => this.#confirm(current)
      const result = await task(worker, confirm)
      const failure = failureOf(result)
      if (failure?.retryable && (await hasEndedWith(worker, failure))) {
        this.#discard(worker)
        continue
      }
      if (failure?.exitCode !== EXIT.unknownOutcome) confirm()
      return result
    }
  }

  #confirm(session: SlowStart<W>): void {
    this.#failures = 0
    this.#idleTimeout.renew()
    if (!session.isConfirmed) void session.confirm()
  }

  async #keepConnected(): Promise<void> {
    let hasConnected = false
    for (;;) {
      try {
        return await this.#open(async (worker) => {
          hasConnected = true
          this.#current = new SlowStart(worker)
          this.#next.resolve()
          const failure = await Promise.race([
            worker.closed,
            this.#idleTimeout.expired,
            this.#finished,
          ])
          if (failure) throw failure
        })
      } catch (error) {
        const failure = toFailure(error)
        if (this.#current) this.#discard(this.#current.worker)
        if (this.#isFinished) return
        if (!hasConnected || !failure.retryable) return this.#end(failure)
      }
      const maxPause = Math.min(MAX_PAUSE_MS, 250 * 2 ** this.#failures++)
      const pause = sleep(maxPause * (0.5 + Math.random() / 2))
      const expired = await Promise.race([this.#idleTimeout.expired, pause, this.#finished])
      if (expired) return this.#end(expired)
    }
  }

  #discard(worker: W): void {
    if (worker !== this.#current?.worker) return
    this.#current.end()
    this.#current = undefined
    this.#next = new Deferred()
  }

  #end(failure: Failure): void {
    this.#next.reject(failure)
    this.#stop.abort(failure)
  }
}

class Deferred {
  resolve: () => void = () => {}
  reject: (failure: Failure) => void = () => {}
  readonly promise: Promise<void>

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.promise.catch(() => {}) // no task may be waiting for a session
  }
}

/** Whether this failure is the one that ended the session. The session reports it after its tasks do. */
async function hasEndedWith({closed}: Worker, failure: Failure): Promise<boolean> {
  return (await Promise.race([closed, nextTurn(undefined)])) === failure
}
