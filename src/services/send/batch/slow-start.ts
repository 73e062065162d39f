/** Limits how many operations start on a new session before the server has confirmed one. */
import {nextTurn} from '../../../next-turn.ts'

/**
 * Operations before the first confirmation. If the session breaks at once, as it may while a server starts, only these
 * have an unknown outcome.
 */
const WINDOW = 10

export class SlowStart<W> {
  readonly worker: W
  readonly #waiting: Array<() => void> = []
  #free = WINDOW
  /** The server has confirmed an operation. */
  isConfirmed = false

  constructor(worker: W) {
    this.worker = worker
  }

  /** Undefined: start at once. Otherwise resolves in order, when there is room or when the session is over. */
  acquire(): Promise<void> | undefined {
    if (this.#free > 0 && this.#waiting.length === 0) {
      this.#free--
      return undefined
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /**
   * The server has confirmed an operation: removes the limit, and releases all that wait, in order. Operations of one tick
   * share a confirmation ping, so each tick releases twice as many as the one before.
   */
  async confirm(): Promise<void> {
    if (this.isConfirmed) return
    this.isConfirmed = true
    this.#free = Number.POSITIVE_INFINITY
    for (let count = WINDOW; this.#waiting.length > 0; count *= 2) {
      this.#release(count)
      await nextTurn()
    }
  }

  end(): void {
    this.#release(this.#waiting.length)
  }

  #release(count: number): void {
    for (const resolve of this.#waiting.splice(0, count)) resolve()
  }
}
