/** A session that is opened anew whenever it is lost, until the work is done. */
import {setTimeout as sleep, setImmediate as turn} from 'node:timers/promises'
import type {IdleTimeout} from '../../../cli/idle-timeout.ts'
import {EXIT, type Failure, toFailure, unconfirmedFailure} from '../../../errors.ts'
import type {RateLimiter} from './rate-limiter.ts'
import {SlowStart} from './slow-start.ts'

/** What works on one session, and ends with it. */
export interface Worker {
  /** Resolves with what ended the session. */
  over: Promise<Failure>
}

/** Opens a session, lends what works on it once signed in, and keeps it until `until` resolves. */
export type Open<W> = (lend: (worker: W) => Promise<void>) => Promise<void>

const LONGEST_PAUSE_MS = 5000

/** Does something, and calls `confirm` as soon as the server has shown that it listens. */
export type Task<W, R> = (worker: W, confirm: () => void) => Promise<R>

export class ReconnectingSession<W extends Worker> {
  readonly #open: Open<W>
  readonly #silence: IdleTimeout
  readonly #pace: Pick<RateLimiter, 'acquire'> | undefined
  readonly #stop = new AbortController()
  readonly #finished: Promise<void>
  #finish: () => void = () => {}
  #done = false
  /** How many sessions in a row were lost, or did not come up, before anything was confirmed on them. */
  #failures = 0
  #next = new Deferred()
  #standing: SlowStart<W> | undefined

  /** @param pace for what had to wait for a session: what comes in is paced already */
  constructor(open: Open<W>, silence: IdleTimeout, pace?: Pick<RateLimiter, 'acquire'>) {
    this.#open = open
    this.#silence = silence
    this.#pace = pace
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** Aborts, with a `Failure` as reason, when there will be no session any more. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Keeps a session up while `work` runs. A first one that does not come up is the failure of it all. */
  async while(work: () => Promise<void>): Promise<void> {
    const kept = this.#keep()
    try {
      await this.#next.promise
      await work()
    } finally {
      this.#done = true
      this.#finish()
      await kept
    }
  }

  /** Does something on the session that stands; on the next one if this one was lost before it left. */
  async run<R>(act: Task<W, R>, failureOf: (result: R) => Failure | null): Promise<R> {
    for (;;) {
      const standing = this.#standing
      const wait = standing ? standing.acquire() : this.#silence.until(this.#next.promise)
      if (wait) {
        await wait.catch((error) => {
          throw unconfirmedFailure({effect: true, written: false}, error)
        })
        await this.#pace?.acquire(this.signal)
      }
      if (!standing || standing !== this.#standing) continue
      const {worker} = standing
      const confirm = (): void => this.#confirm(standing)
      const result = await act(worker, confirm)
      const failure = failureOf(result)
      if (failure?.retryable && (await hasEndedWith(worker, failure))) {
        this.#lost(worker)
        continue
      }
      if (failure?.exitCode !== EXIT.unknownOutcome) confirm()
      return result
    }
  }

  #confirm(standing: SlowStart<W>): void {
    this.#failures = 0
    this.#silence.renew()
    void standing.confirm()
  }

  async #keep(): Promise<void> {
    let stood = false
    for (;;) {
      try {
        return await this.#open(async (worker) => {
          stood = true
          this.#standing = new SlowStart(worker)
          this.#next.resolve()
          const lost = await Promise.race([worker.over, this.#silence.expired, this.#finished])
          if (lost) throw lost
        })
      } catch (error) {
        const failure = toFailure(error)
        if (this.#standing) this.#lost(this.#standing.worker)
        if (this.#done) return
        if (!stood || !failure.retryable) return this.#end(failure)
      }
      const longest = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** this.#failures++)
      const pause = longest * (0.5 + Math.random() / 2)
      const broken = await Promise.race([this.#silence.expired, sleep(pause), this.#finished])
      if (broken) return this.#end(broken) // it tries as long as there is patience, and no longer
    }
  }

  #lost(worker: W): void {
    if (worker !== this.#standing?.worker) return
    this.#standing.end()
    this.#standing = undefined
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
    this.promise.catch(() => {}) // there may be nobody who needs a session
  }
}

/** Whether the failure is the end of the session itself, told after all that it ended. */
async function hasEndedWith({over}: Worker, failure: Failure): Promise<boolean> {
  return (await Promise.race([over, turn(undefined)])) === failure
}
