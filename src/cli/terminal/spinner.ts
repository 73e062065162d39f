/** A line on stderr, if that is a terminal, that shows the reason why a run waits. */
import {movesCursor} from '../../output/layout/colour.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {onWrite, writeErr} from '../stdout.ts'

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const EVERY_MS = 100
/** A run that prints something at least this often needs no spinner. */
const SILENCE_MS = 1000
const CLEAR = '\r\u{1b}[K'

/** The number of prompts and progress bars that are on the terminal now. */
let pauses = 0
/** Erases the line of the spinner that is at work, until nothing was written for a second. */
let hide = (): void => {}

/** No spinner is drawn until the returned function is called. */
export function pauseSpinner(): () => void {
  pauses++
  hide()
  return () => {
    pauses--
    hide()
  }
}

/** For work that may use the terminal, such as a password command. */
export async function withoutSpinner<T>(work: () => Promise<T>): Promise<T> {
  const resume = pauseSpinner()
  try {
    return await work()
  } finally {
    resume()
  }
}

/** Only one is at work at a time. */
export class Spinner {
  readonly #isShown: boolean
  #line = ''
  #timer: NodeJS.Timeout | undefined
  #frame = 0
  #isDrawn = false

  /** @param isWanted false for a run that prints JSON or nothing */
  constructor(isWanted: boolean) {
    this.#isShown = isWanted && movesCursor(process.stderr, process.env)
  }

  /** Shows the text once nothing was written for a second, until `stop`. A later call replaces the text. */
  start(text: string): void {
    if (!this.#isShown) return
    this.stop()
    this.#line = sanitizeLine(text).slice(0, Math.max(0, (process.stderr.columns || 80) - 3))
    hide = this.#hide
    onWrite(this.#hide)
    process.once('exit', this.#erase)
    this.#hide()
  }

  stop(): void {
    if (!this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#erase()
    hide = () => {}
    onWrite(() => {})
    process.off('exit', this.#erase)
  }

  /** Shows the text while the work is going on, and then the earlier text again. */
  async during<T>(text: string, work: () => Promise<T>): Promise<T> {
    const earlier = this.#timer ? this.#line : undefined
    this.start(text)
    try {
      return await work()
    } finally {
      if (earlier === undefined) this.stop()
      else this.start(earlier)
    }
  }

  /** Prints a line, if the spinner may be shown. */
  print(line: string): void {
    if (this.#isShown) writeErr(`${sanitizeLine(line)}\n`)
  }

  /** Other output has the terminal for a second. */
  readonly #hide = (): void => {
    this.#erase()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#draw, SILENCE_MS).unref()
  }

  readonly #erase = (): void => {
    if (this.#isDrawn) process.stderr.write(CLEAR)
    this.#isDrawn = false
  }

  readonly #draw = (): void => {
    this.#timer = setTimeout(this.#draw, EVERY_MS).unref()
    if (pauses > 0) return
    process.stderr.write(`${CLEAR}${FRAMES[this.#frame++ % FRAMES.length]} ${this.#line}`)
    this.#isDrawn = true
  }
}
