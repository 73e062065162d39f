/** The longest time that the server may say nothing while an answer is due. */
import {formatDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'

export interface Patience {
  signal: AbortSignal
  onAccepted(): void
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
  async patiently<T>(act: (patience: Patience) => Promise<T>): Promise<T> {
    const waiting = new AbortController()
    let onAccepted = (): void => {}
    const accepted = new Promise<void>((resolve) => {
      onAccepted = resolve
    })
    const done = act({signal: waiting.signal, onAccepted})
    await this.until(Promise.race([accepted, done]))
    const timer = setTimeout(() => waiting.abort(this.#tooLong()), this.#limit)
    try {
      return await done
    } finally {
      clearTimeout(timer)
    }
  }

  #restart(): void {
    clearTimeout(this.#timer)
    if (this.#due > 0) this.#timer = setTimeout(() => this.#break(this.#tooLong()), this.#limit)
  }

  #tooLong(): Failure {
    const span = formatDuration(this.#limit)
    return new Failure('timeout', `Nothing was heard for ${span}`, EXIT.deadline, {
      stage: 'request',
    })
  }
}
