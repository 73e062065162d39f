/** How far `listen` came with an account, so that the next run tells what this one left untold. */
import {createHash} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {stateHome} from '../account/directories.ts'
import {writePrivate} from '../account/private-file.ts'

export interface Left {
  /** The last message that was told, by its id in the archive. */
  after: string
  /** RFC 3339: from then on it is nobody's fault but the reader's; undefined after a run that was killed. */
  until: string | undefined
}

// A run that is killed tells again what it told in the last quarter of a second.
const PAUSE_MS = 250

// What was on its way to us when we left, by clocks that need not agree.
const SLACK_MS = 60_000

export class Bookmark {
  readonly #file: string | undefined
  readonly #warn: (sentence: string) => void
  #after: string | undefined
  /** Set while we hold back after a write. */
  #pause: NodeJS.Timeout | undefined
  #written: string | undefined
  #writes = Promise.resolve()
  #broken = false

  /** Of one account at one server. Without a home nothing is kept. */
  constructor(jid: string, server: string | undefined, warn: (sentence: string) => void) {
    const home = stateHome(process.env)
    const key = `${jid}\n${server ?? ''}`
    const name = createHash('sha256').update(key).digest('hex').slice(0, 32)
    this.#file = home && path.join(home, 'listen', `${name}.json`)
    this.#warn = warn
  }

  /** What is missing or damaged is as good as absent. */
  async load(): Promise<Left | undefined> {
    if (!this.#file) return undefined
    try {
      const {after, until} = JSON.parse(await readFile(this.#file, 'utf8')) as Partial<Left>
      if (typeof after !== 'string') return undefined
      this.#after = after
      return {after, until: typeof until === 'string' ? until : undefined}
    } catch {
      return undefined
    }
  }

  /** Takes effect soon, and does not wait for the disk. */
  moved(after: string | undefined): void {
    if (after === undefined || after === this.#after) return
    this.#after = after
    if (!this.#pause) this.#keepUp()
  }

  /** The run has come to its end in order. */
  async close(): Promise<void> {
    clearTimeout(this.#pause)
    if (this.#after === undefined) return
    await this.#queue(new Date(Date.now() + SLACK_MS).toISOString())
  }

  #keepUp(): void {
    this.#pause = undefined
    if (this.#written === this.#after) return
    void this.#queue(null)
    this.#pause = setTimeout(() => this.#keepUp(), PAUSE_MS).unref()
  }

  /** One write after the other, so that the last one stays. */
  #queue(until: string | null): Promise<void> {
    this.#writes = this.#writes.then(() => this.#write(until))
    return this.#writes
  }

  async #write(until: string | null): Promise<void> {
    if (!this.#file || this.#broken) return
    this.#written = this.#after
    try {
      await writePrivate(this.#file, `${JSON.stringify({after: this.#after, until})}\n`)
    } catch (error) {
      this.#broken = true
      this.#warn(`Where this run ends is not kept: ${(error as Error).message}`)
    }
  }
}
