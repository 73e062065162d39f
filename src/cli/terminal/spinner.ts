/** A line on stderr, if that is a terminal, that shows what a run waits for. */
import {movesCursor} from '../../output/colour.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {writeErr} from '../stdout.ts'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const EVERY_MS = 100
const CLEAR = '\r\u{1b}[K'

export class Spinner {
  readonly #isShown: boolean
  #timer: NodeJS.Timeout | undefined
  #frame = 0

  /** @param isWanted false for a run that prints JSON or nothing */
  constructor(isWanted: boolean) {
    this.#isShown = isWanted && movesCursor(process.stderr, process.env)
  }

  start(text: string): void {
    if (!this.#isShown || this.#timer) return
    const line = sanitizeLine(text).slice(0, Math.max(0, (process.stderr.columns || 80) - 3))
    this.#timer = setInterval(() => {
      writeErr(`${CLEAR}${FRAMES[this.#frame++ % FRAMES.length]} ${line}`)
    }, EVERY_MS).unref()
  }

  /** Prints a line above the spinner. */
  print(line: string): void {
    if (this.#isShown) writeErr(`${this.#timer ? CLEAR : ''}${sanitizeLine(line)}\n`)
  }

  /** Removes the line, for other output until the next frame. */
  clear(): void {
    if (this.#timer) writeErr(CLEAR)
  }

  stop(): void {
    this.clear()
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
