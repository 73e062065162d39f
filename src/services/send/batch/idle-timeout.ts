/** The longest time that the server may confirm nothing while an answer is due, however many sessions it accepts. */
import {formatDuration} from '../../../duration.ts'
import {EXIT, Failure} from '../../../errors.ts'

/** What one piece of work is told of how long to wait. */
export class ReceiptWait {
  #waiting: AbortController | undefined
  /** To be called when the server has done its part. */
  onAccepted: () => void = () => {}

  /** Aborts, with a `Failure` as reason, when a person's client has had its time. Most work never asks. */
  get signal(): AbortSignal {
    this.#waiting ??= new AbortController()
    return this.#waiting.signal
  }

  get isAsked(): boolean {
    return this.#waiting !== undefined
  }

  end(failure: Failure): void {
    this.#waiting?.abort(failure)
  }
}

export class IdleTimeout {
  readonly #limit: number
  /** Resolves when it has lasted too long. */
  readonly expired: Promise<Failure>
  #break: (failure: Failure) => void = () => {}
  #due = 0
  /** Milliseconds that it may go on, as of when the timer was started. */
  #left: number
  #started = 0
  #timer: NodeJS.Timeout | undefined

  /** @param limit milliseconds */
  constructor(limit: number) {
    this.#limit = limit
    this.#left = limit
    this.expired = new Promise((resolve) => {
      this.#break = resolve
    })
  }

  /** The server has confirmed something. */
  renew(): void {
    this.#stop()
    this.#left = this.#limit
    if (this.#due > 0) this.#start()
  }

  /** Something is due until this settles. That it does proves nothing: a session may have been lost. */
  async until<T>(answer: Promise<T>): Promise<T> {
    if (this.#due++ === 0) this.#start()
    try {
      return await answer
    } finally {
      if (--this.#due === 0) this.#stop()
    }
  }

  /** What waits for a person's client, once the server has done its part, may wait as long again. */
  async withReceiptTimeout<T>(
    act: (patience: ReceiptWait) => Promise<T>,
    onAccepted: () => void,
  ): Promise<T> {
    const patience = new ReceiptWait()
    const accepted = new Promise<void>((resolve) => {
      patience.onAccepted = () => {
        resolve()
        onAccepted()
      }
    })
    const done = act(patience)
    if (!patience.isAsked) return this.until(done)
    await this.until(Promise.race([accepted, done]))
    const timer = setTimeout(() => patience.end(this.#tooLong()), this.#limit)
    try {
      return await done
    } finally {
      clearTimeout(timer)
    }
  }

  #start(): void {
    this.#started = performance.now()
    this.#timer = setTimeout(() => this.#break(this.#tooLong()), this.#left)
  }

  /** What was waited in vain counts when something is due again. */
  #stop(): void {
    if (!this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#left = Math.max(0, this.#left - (performance.now() - this.#started))
  }

  #tooLong(): Failure {
    const span = formatDuration(this.#limit)
    return new Failure('timeout', `Nothing was heard for ${span}`, EXIT.deadline, {
      stage: 'request',
    })
  }
}
