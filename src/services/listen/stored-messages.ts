/**
 * Messages that the server has stored although the session is available: ejabberd can store a message that arrives while
 * the session becomes available, and would deliver it to the next session only.
 */
import {
  fetchOfflineMessages,
  offlineNodeOf,
  removeOfflineMessage,
} from '../../protocol/presence/offline-messages.ts'
import {parsePresence} from '../../protocol/presence/presence.ts'
import type {Element, Iq} from '../../xml.ts'

/** By then, the server has stored a message that was on its way when the session became available. */
const STORED_MS = 1000

export class StoredMessages {
  readonly #iq: Iq
  #timer: NodeJS.Timeout | undefined
  #isFetched = false

  constructor(iq: Iq) {
    this.#iq = iq
  }

  /** To call when the session is available. The messages arrive as any others. */
  fetchSoon(presence: Element): void {
    clearTimeout(this.#timer)
    if (parsePresence(presence).priority < 0) return // it gets no messages
    this.#timer = setTimeout(() => {
      this.#isFetched = true
      fetchOfflineMessages(this.#iq).catch(() => {}) // many servers do not support it
    }, STORED_MS).unref()
  }

  /** What to do when the stanza was handled: the server need not store the message any longer. */
  removalOf(stanza: Element): (() => void) | undefined {
    const node = this.#isFetched ? offlineNodeOf(stanza) : undefined
    if (node === undefined) return undefined
    // If the session has ended, the next run receives the message again, and does not print it again.
    return () => void removeOfflineMessage(this.#iq, node).catch(() => {})
  }
}
