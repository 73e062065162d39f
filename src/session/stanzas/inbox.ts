/** Received messages and presences that answer no request, for any number of readers. The unread ones are bounded. */
import {AsyncQueue} from '../../async-queue.ts'
import type {Failure} from '../../errors.ts'
import type {Element, StanzaReader} from '../../xml.ts'

const HIGH_WATER = 256
/** The most stanzas that are saved and not handled yet: they are in the memory as well. */
const MOST_SAVED = 5000

/** Returns a function for each stanza that was saved, from the first on. It is called when the stanza was handled. */
export type SaveStanzas = (stanzas: Element[]) => (() => void)[]

interface InboxEntry {
  stanza: Element
  /** Its number by stream management; undefined without stream management. */
  number: number | undefined
  /** The number of readers that are not done with it. */
  users: number
  /** It is neither handled nor saved. */
  isOpen: boolean
  /** Set when the stanza is saved: it can be acknowledged, and is still to be handled. */
  onHandled?: () => void
}

export class Inbox {
  /**
   * The open entries, oldest first, and closed ones between them. Not a Set: V8 keeps the entries of a Set to which many
   * are added and deleted until it collects all garbage.
   */
  readonly #entries: InboxEntry[] = []
  #openCount = 0
  readonly #readers: AsyncQueue<InboxEntry>[] = []
  #ended: Failure | undefined
  #stopped = false
  #bounded = true
  #saved = 0
  #handledCount = 0
  #wakeWriter = (): void => {}
  readonly #handled: () => void

  /** @param handled called when all readers are done with a stanza */
  constructor(handled: () => void = () => {}) {
    this.#handled = handled
  }

  /** Stanzas that arrive before the first `open()` are dropped. */
  put(stanza: Element, number: number | undefined): void {
    if (this.#readers.length === 0) return
    const entry = {stanza, number, users: this.#readers.length, isOpen: true}
    this.#entries.push(entry)
    this.#openCount++
    for (const reader of this.#readers) reader.push(entry)
  }

  /** The number of the oldest stanza that is not handled, of those that have one. */
  get oldestOpen(): number | undefined {
    return this.#entries.find(({isOpen, number}) => isOpen && number !== undefined)?.number
  }

  /** A new stream counts anew: the stanzas keep their place but not their number. */
  renumber(): void {
    for (const entry of this.#entries) entry.number = undefined
  }

  get full(): boolean {
    return this.#bounded && this.#readers.some(({size}) => size >= HIGH_WATER + this.#saved)
  }

  /** The number of stanzas that are neither handled nor saved. */
  get unhandledCount(): number {
    return this.#openCount
  }

  /** The number of stanzas that are saved and not handled. */
  get savedCount(): number {
    return this.#saved
  }

  /** The number of stanzas that were handled so far. */
  get handledCount(): number {
    return this.#handledCount
  }

  /** Saves stanzas that are not handled, the oldest first. False if none was saved. */
  save(save: SaveStanzas): boolean {
    const entries = this.#open.slice(0, MOST_SAVED - this.#saved)
    const handlers = save(entries.map(({stanza}) => stanza))
    for (const [i, onHandled] of handlers.entries()) {
      const entry = entries[i]
      if (!entry) break
      this.#close(entry)
      this.#saved++
      entry.onHandled = onHandled
    }
    this.nudge()
    return handlers.length > 0
  }

  /** Takes everything that arrives, whether it is read or not. */
  drain(): void {
    this.#bounded = false
    this.nudge()
  }

  /** The stanzas that are neither handled nor saved, in order. */
  get unhandled(): Element[] {
    return this.#open.map(({stanza}) => stanza)
  }

  /** The first `count` unhandled stanzas are stored elsewhere. */
  drop(count: number): void {
    const dropped = new Set(this.#open.slice(0, count))
    for (const entry of dropped) this.#close(entry)
    for (const reader of this.#readers) reader.remove((entry) => dropped.has(entry))
  }

  /** Resolves when the readers have caught up, or at the next `nudge`. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeWriter = resolve
    })
  }

  nudge(): void {
    this.#wakeWriter()
  }

  /** With `atOnce`, unread stanzas stay unread and unhandled. */
  end(failure: Failure, atOnce = false): void {
    this.#ended = failure
    this.#stopped = atOnce
    for (const reader of this.#readers) reader.end(failure)
    this.nudge()
  }

  /** A new reader, which gets all stanzas from now on, and then rejects with the failure that ended the session. */
  open(): StanzaReader {
    const queue = new AsyncQueue<InboxEntry>()
    this.#readers.push(queue)
    if (this.#ended) queue.end(this.#ended)
    /** The stanza that was read last: it is handled when the next one is asked for. */
    let current: InboxEntry | undefined
    const takeCurrent = (): InboxEntry | undefined => {
      const entry = current
      current = undefined
      return entry
    }
    return {
      next: async () => {
        this.#release(takeCurrent())
        if (queue.size === 0) await queue.ready()
        if (this.#stopped) throw this.#ended
        current = queue.shift()
        if (!current) throw this.#ended
        if (!this.full) this.nudge()
        return {done: false, value: current.stanza}
      },
      // A reader that stops has handled the last stanza, unless the session ended before.
      return: async () => {
        if (!this.#ended) this.#release(takeCurrent())
        return {done: true, value: undefined}
      },
      deferAck: () => {
        const entry = takeCurrent()
        return () => this.#release(entry)
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }

  #release(entry: InboxEntry | undefined): void {
    if (!entry || --entry.users > 0) return
    this.#handledCount++
    if (entry.onHandled) {
      this.#saved--
      entry.onHandled()
    }
    this.#close(entry)
    this.#handled()
  }

  get #open(): InboxEntry[] {
    return this.#entries.filter(({isOpen}) => isOpen)
  }

  #close(entry: InboxEntry): void {
    if (!entry.isOpen) return
    entry.isOpen = false
    this.#openCount--
    while (this.#entries[0]?.isOpen === false) this.#entries.shift()
  }
}
