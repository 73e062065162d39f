/** A session that stands, and a gate before it: what waited for it may not leave all at once. */
import {setImmediate as turn} from 'node:timers/promises'

/**
 * So many may leave before anything is confirmed. A session that breaks again at once, as they do while a server
 * starts, then leaves a few lines unknown and not all that waited. So many leave together afterwards, too: what starts
 * in one turn of the program shares a confirmation.
 */
const WINDOW = 10

export class SlowStart<W> {
  readonly worker: W
  readonly #waiting: Array<() => void> = []
  #free = WINDOW
  #confirmed = false

  constructor(worker: W) {
    this.worker = worker
  }

  /** Undefined for who may leave at once; for others, resolves when it is their turn, or the session is over. */
  acquire(): Promise<void> | undefined {
    if (this.#free > 0 && this.#waiting.length === 0) {
      this.#free--
      return undefined
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** The server listens: there is room for all, in the order in which they came. */
  async confirm(): Promise<void> {
    if (this.#confirmed) return
    this.#confirmed = true
    this.#free = Number.POSITIVE_INFINITY
    while (this.#waiting.length > 0) {
      this.#release(WINDOW)
      await turn()
    }
  }

  end(): void {
    this.#release(this.#waiting.length)
  }

  #release(count: number): void {
    for (const leave of this.#waiting.splice(0, count)) leave()
  }
}
