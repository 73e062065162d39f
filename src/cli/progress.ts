/** How far a long run has come: one line on stderr that is written over, where a person looks on. */
import {writeErr} from './streams.ts'

const EVERY_MS = 100
const CLEAR = '\r\u{1b}[K'

export class Progress {
  readonly #shown: boolean
  #done = 0
  #failed = 0
  #last = 0

  constructor(shown: boolean) {
    this.#shown = shown
  }

  count(failed: boolean): void {
    this.#done++
    if (failed) this.#failed++
    const now = performance.now()
    if (!this.#shown || now - this.#last < EVERY_MS) return
    this.#last = now
    const failures = this.#failed > 0 ? `, ${this.#failed} failed` : ''
    writeErr(`${CLEAR}${this.#done} done${failures}`)
  }

  /** Before anything else is written to the terminal. */
  clear(): void {
    if (this.#shown && this.#last > 0) writeErr(CLEAR)
  }
}
