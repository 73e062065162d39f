/** The number of results so far, on stderr, if that is a terminal. */
import {writeErr} from '../../../cli/stdout.ts'
import {uptime} from '../../../clock.ts'
import {movesCursor} from '../../../output/layout/colour.ts'
import {renderProgress} from '../../../output/send.ts'

const EVERY_MS = 100
const CLEAR = '\r\u{1b}[K'

export class Progress {
  readonly #shown: boolean
  #done = 0
  #failed = 0
  /** When the number was last written, as of `uptime`. */
  #last: number | undefined

  /** Results that scroll on the same terminal are its progress. */
  constructor(shown: boolean) {
    this.#shown = shown && movesCursor(process.stderr, process.env) && !process.stdout.isTTY
  }

  count(failed: boolean): void {
    this.#done++
    if (failed) this.#failed++
    const now = uptime()
    const isSoon = this.#last !== undefined && now - this.#last < EVERY_MS
    if (!this.#shown || isSoon) return
    this.#last = now
    writeErr(CLEAR + renderProgress(this.#done, this.#failed))
  }

  /** Call it before other output to the terminal. */
  clear(): void {
    if (this.#last !== undefined) writeErr(CLEAR)
  }
}
