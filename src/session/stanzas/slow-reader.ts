/** Saves the stanzas that wait for a slow reader: servers end a session in which too many stanzas are not acknowledged. */
import {uptime} from '../../clock.ts'
import type {Inbox, SaveStanzas} from './inbox.ts'

/** By default, Prosody holds 500 unacknowledged stanzas and ejabberd 5000. */
const MIN_WAITING = 10
/** A reader is slow when it handled fewer stanzas than this per millisecond in each of several periods in a row. */
const SLOW = 0.1
const PERIOD_MS = 50
const SLOW_PERIODS = 4

export class SlowReader {
  readonly #inbox: Inbox
  readonly #save: SaveStanzas | undefined
  readonly #onSaved: () => void
  /** The period that is going on: when it began, and how many stanzas were handled before. */
  #period: {start: number; handled: number} | undefined
  #slowPeriods = 0
  #isStopped = false
  #timer: NodeJS.Timeout | undefined

  /** @param onSaved called when some stanzas were saved, and can be acknowledged */
  constructor(inbox: Inbox, save: SaveStanzas | undefined, onSaved: () => void) {
    this.#inbox = inbox
    this.#save = save
    this.#onSaved = onSaved
  }

  /** To call when a stanza has arrived. Watches the reader while many stanzas wait for it. */
  arrived(): void {
    if (!this.#save || this.#isStopped) return
    const {handledCount: handled, savedCount, unhandledCount} = this.#inbox
    if (unhandledCount < MIN_WAITING) {
      this.#period = undefined
      if (savedCount === 0) this.#slowPeriods = 0
      return
    }
    const now = uptime()
    this.#period ??= {start: now, handled}
    const {handled: before, start} = this.#period
    const elapsed = now - start
    if (elapsed >= PERIOD_MS) {
      this.#period = {start: now, handled}
      this.#slowPeriods = handled - before < SLOW * elapsed ? this.#slowPeriods + 1 : 0
      if (this.#slowPeriods >= SLOW_PERIODS && this.#inbox.save(this.#save)) this.#onSaved()
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.arrived()
    }, PERIOD_MS).unref()
  }

  /** Nothing more is saved. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }
}
