/** How far `listen` came with an account, so that the next run tells what this one left untold. */
import {createHash} from 'node:crypto'
import path from 'node:path'
import {stateHome} from '../account/directories.ts'
import {writePrivate} from '../account/private-file.ts'
import {readOwnFile} from '../read-file.ts'

interface Position {
  /** The last message that was told, by its id in the archive; undefined where none was told yet, */
  after: string | undefined
  /** and when it was said, or else the first that is to be told: RFC 3339. */
  time: string
}

interface Left {
  after: string | undefined
  /** RFC 3339: where to begin when the archive does not know that message; surely before it. */
  from: string | undefined
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
  #position: {[K in keyof Position]?: string | undefined} = {}
  /** Set while we hold back after a write. */
  #pause: NodeJS.Timeout | undefined
  #written: object | undefined
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
      const {after, time, until} = JSON.parse(await readOwnFile(this.#file))
      const from = time && new Date(Date.parse(time) - SLACK_MS).toISOString()
      this.#position = {after: textOf(after), time: textOf(time)}
      return after || from ? {after: textOf(after), from, until: textOf(until)} : undefined
    } catch {
      return undefined
    }
  }

  /** What is about to be told is where the next run begins, as long as nothing was told to its end. */
  begins(position: Position | undefined): void {
    const {after, time} = this.#position
    if (position && after === undefined && time === undefined)
      this.moved({...position, after: undefined})
  }

  /** Takes effect soon, and does not wait for the disk. */
  moved(position: Position | undefined): void {
    if (!position || (position.after && position.after === this.#position.after)) return
    this.#position = {after: position.after, time: this.#later(position.time)}
    if (!this.#pause) this.#keepUp()
  }

  /** Times go forward, as those of an archive do, and not past now: anybody can write one (XEP-0203 §4). */
  #later(time: string): string {
    const now = new Date().toISOString()
    const {time: before = ''} = this.#position
    return (
      [before, time]
        .filter((known) => known <= now)
        .sort()
        .at(-1) ?? now
    )
  }

  /** The run has come to its end in order. */
  async close(): Promise<void> {
    clearTimeout(this.#pause)
    const {after, time} = this.#position
    if (after === undefined && time === undefined) return
    await this.#queue(new Date(Date.now() + SLACK_MS).toISOString())
  }

  #keepUp(): void {
    this.#pause = undefined
    if (this.#written === this.#position) return
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
    this.#written = this.#position
    try {
      await writePrivate(this.#file, `${JSON.stringify({...this.#position, until})}\n`)
    } catch (error) {
      this.#broken = true
      this.#warn(`Where this run ends is not kept: ${(error as Error).message}`)
    }
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined
