/** A session that is opened anew whenever it is lost, until the work is done. */
import {setTimeout as sleep, setImmediate as turn} from 'node:timers/promises'
import {type Failure, toFailure} from '../errors.ts'
import type {Silence} from './silence.ts'

/** What works on one session, and ends with it. */
export interface Worker {
  /** Resolves with what ended the session. */
  over: Promise<Failure>
}

/** Opens a session, lends what works on it once signed in, and keeps it until `until` resolves. */
export type Open<W> = (lend: (worker: W) => Promise<void>) => Promise<void>

const LONGEST_PAUSE_MS = 5000

export class Link<W extends Worker> {
  readonly #open: Open<W>
  readonly #silence: Silence
  readonly #stop = new AbortController()
  readonly #finished: Promise<void>
  #finish: () => void = () => {}
  #done = false
  #next = new Deferred<W>()
  #worker: W | undefined

  constructor(open: Open<W>, silence: Silence) {
    this.#open = open
    this.#silence = silence
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** Aborts, with a `Failure` as reason, when there will be no session any more. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Keeps a session up while `work` runs. A first one that does not come up is the failure of it all. */
  async during(work: () => Promise<void>): Promise<void> {
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
  async use<R>(
    act: (worker: W) => Promise<R>,
    failureOf: (result: R) => Failure | null,
  ): Promise<R> {
    for (;;) {
      const worker = this.#worker ?? (await this.#silence.until(this.#next.promise))
      const result = await act(worker)
      const failure = failureOf(result)
      if (!failure?.retryable || !(await hasEndedWith(worker, failure))) return result
      this.#lost(worker)
    }
  }

  async #keep(): Promise<void> {
    let stood = false
    for (let failures = 0; ; failures++) {
      try {
        return await this.#open(async (worker) => {
          stood = true
          failures = 0
          this.#worker = worker
          this.#next.resolve(worker)
          const lost = await Promise.race([worker.over, this.#silence.broken, this.#finished])
          if (lost) throw lost
        })
      } catch (error) {
        const failure = toFailure(error)
        if (this.#worker) this.#lost(this.#worker)
        if (this.#done) return
        if (!stood || !failure.retryable) return this.#end(failure)
      }
      const pause = Math.min(LONGEST_PAUSE_MS, 250 * 2 ** failures) * (0.5 + Math.random() / 2)
      await Promise.race([sleep(pause), this.#finished])
    }
  }

  #lost(worker: W): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    this.#next = new Deferred()
  }

  #end(failure: Failure): void {
    this.#next.reject(failure)
    this.#stop.abort(failure)
  }
}

class Deferred<T> {
  resolve: (value: T) => void = () => {}
  reject: (failure: Failure) => void = () => {}
  readonly promise: Promise<T>

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
