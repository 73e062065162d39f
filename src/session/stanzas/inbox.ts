/** What arrived and was not asked for, kept in order for one reader, with a bound on what waits. */
import type {Failure} from '../../errors.ts'
import type {Element} from '../../xml.ts'

const HIGH_WATER = 256

interface InboxEntry {
  stanza: Element
  /** Its number by stream management; undefined where nobody counts. */
  number: number | undefined
}

export class Inbox {
  #opened = false
  #queue: InboxEntry[] = []
  /** Taken by the reader, who has not come back for the next: not handled yet. */
  #current: InboxEntry | undefined
  /** Taken as well, and still worked on while the reader reads on. */
  readonly #held = new Set<InboxEntry>()
  #ended: Failure | undefined
  #stopped = false
  #bounded = true
  #wakeReader: (() => void) | undefined
  #wakeWriter: (() => void) | undefined
  readonly #handled: () => void

  /** @param handled called when the reader has handled something */
  constructor(handled: () => void = () => {}) {
    this.#handled = handled
  }

  /** Until somebody reads, nothing is kept. */
  put(stanza: Element, number: number | undefined): void {
    if (!this.#opened) return
    this.#queue.push({stanza, number})
    this.#wakeReader?.()
  }

  /** The number of the oldest stanza that was not handled, of those that have one. */
  get oldestOpen(): number | undefined {
    for (const {number} of this.#held) if (number !== undefined) return number
    if (this.#current?.number !== undefined) return this.#current.number
    return this.#queue.find(({number}) => number !== undefined)?.number
  }

  /** What was read last stays open until this is called back, and no longer, whatever is read meanwhile. */
  deferAck(): () => void {
    const entry = this.#current
    if (!entry) return () => {}
    this.#held.add(entry)
    return () => {
      this.#held.delete(entry)
      if (this.#current === entry) this.#current = undefined
      this.#handled()
    }
  }

  /** A new stream counts anew: what is still here keeps its place but not its number. */
  renumber(): void {
    for (const entry of [...this.#held, ...this.#queue]) entry.number = undefined
    if (this.#current) this.#current.number = undefined
  }

  get full(): boolean {
    return this.#bounded && this.#queue.length >= HIGH_WATER
  }

  /** Takes all that is on its way, whether it is read or not. */
  drain(): void {
    this.#bounded = false
    this.nudge()
  }

  /** What was not handled, in order. */
  get unhandled(): Element[] {
    return [...this.#open()].map(({stanza}) => stanza)
  }

  /** The first `count` of what was not handled need not be any more: they are safe elsewhere. */
  drop(count: number): void {
    const dropped = new Set([...this.#open()].slice(0, count))
    for (const entry of dropped) this.#held.delete(entry)
    if (this.#current && dropped.has(this.#current)) this.#current = undefined
    this.#queue = this.#queue.filter((entry) => !dropped.has(entry))
  }

  #open(): Set<InboxEntry> {
    return new Set([...this.#held, ...(this.#current ? [this.#current] : []), ...this.#queue])
  }

  /** Resolves when the reader has caught up, or at the next `nudge`. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeWriter = resolve
    })
  }

  nudge(): void {
    this.#wakeWriter?.()
  }

  /** `atOnce`: what was not read yet stays unread, and open. */
  end(failure: Failure, atOnce = false): void {
    this.#ended = failure
    this.#stopped = atOnce
    this.#wakeReader?.()
    this.#wakeWriter?.()
  }

  /** All that arrives from now on; throws what ended the session once the rest was read. */
  open(): AsyncIterableIterator<Element> {
    this.#opened = true
    return this.#read()
  }

  async *#read(): AsyncIterableIterator<Element> {
    try {
      for (;;) {
        const wasOpen = this.#current !== undefined
        this.#current = this.#stopped ? undefined : this.#queue.shift()
        if (wasOpen) this.#handled()
        if (this.#current) {
          if (!this.full) this.nudge()
          yield this.#current.stanza
        } else if (this.#ended) throw this.#ended
        else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve
          })
        }
      }
    } finally {
      // A reader that has had enough has handled the last one, unless the end came in its way.
      if (!this.#ended) this.#current = undefined
    }
  }
}
