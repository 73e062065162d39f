/** The longest time that the server may say nothing while an answer is due. */
import {formatDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'

/** What one piece of work is told of how long to wait. */
export class Patience {
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

export class Silence {
  readonly #limit: number
  /** Resolves when it has lasted too long. */
  readonly broken: Promise<Failure>
  #break: (failure: Failure) => void = () => {}
  #due = 0
  #timer: NodeJS.Timeout | undefined

  /** @param limit milliseconds */
  constructor(limit: number) {
    this.#limit = limit
    this.broken = new Promise((resolve) => {
      this.#break = resolve
    })
  }

  /** Something is due until this settles; that it does is a sign of life. */
  async until<T>(answer: Promise<T>): Promise<T> {
    if (this.#due++ === 0) this.#restart()
    try {
      return await answer
    } finally {
      this.#due--
      this.#restart()
    }
  }

  /** What waits for a person's client, once the server has done its part, may wait as long again. */
  async patiently<T>(act: (patience: Patience) => Promise<T>, onAccepted: () => void): Promise<T> {
    const patience = new Patience()
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

  #restart(): void {
    if (this.#due > 0 && this.#timer) this.#timer.refresh()
    else if (this.#due > 0)
      this.#timer = setTimeout(() => this.#break(this.#tooLong()), this.#limit)
    else {
      clearTimeout(this.#timer)
      this.#timer = undefined
    }
  }

  #tooLong(): Failure {
    const span = formatDuration(this.#limit)
    return new Failure('timeout', `Nothing was heard for ${span}`, EXIT.deadline, {
      stage: 'request',
    })
  }
}
