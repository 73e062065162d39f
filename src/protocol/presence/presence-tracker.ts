/** RFC 6121 §4.4: presence as it changes; servers repeat themselves, and what is said twice is no change. */
import {AsyncQueue} from '../../async-queue.ts'
import {bareJidOf} from '../../jid.ts'
import {normalizedJid, preparedJid} from '../../jid-comparison.ts'
import {nextTurn} from '../../next-turn.ts'
import {type Element, xml} from '../../xml.ts'
import {isNotification, type Presence, parsePresence} from './presence.ts'

export class PresenceTracker {
  readonly #jids: ReadonlySet<string>
  /** What each full JID said last. */
  readonly #known = new Map<string, string>()
  /** The full JIDs that are available. */
  readonly #present = new Set<string>()
  /** Those that were so in the session before, and have not been heard of in this one. */
  #missing = new Set<string>()
  #sessions = 0
  /** The bare JIDs whose presence in the new session is known. */
  readonly #settled = new AsyncQueue<ReadonlySet<string>>()

  /** @param jids bare ones, of whom changes are wanted; of everybody where there are none */
  constructor(jids: readonly string[] = []) {
    this.#jids = new Set(jids.flatMap((jid) => [jid, preparedJid(jid)]))
  }

  /** The bare JIDs of all who are available. */
  get present(): string[] {
    return [...new Set([...this.#present].map(bareJidOf))]
  }

  /**
   * A new session, in which a server says who is there, and nothing of whoever left meanwhile.
   * @param settled resolves with the bare JIDs of whom all has been said by now
   */
  newSession(settled: Promise<ReadonlySet<string>>): void {
    const session = ++this.#sessions
    this.#settled.remove(() => true)
    this.#missing = new Set(this.#present)
    settled.then(
      (jids) => {
        if (session === this.#sessions) this.#settled.push(jids)
      },
      () => {}, // the session has ended: the next one starts over
    )
  }

  /** Each change of each resource. */
  async *changes(incoming: AsyncIterable<Element>): AsyncGenerator<Presence> {
    const stanzas = incoming[Symbol.asyncIterator]()
    try {
      for (;;) {
        let isHere = false
        const next = stanzas.next().finally(() => {
          isHere = true
        })
        while (!isHere) {
          await Promise.race([next, this.#settled.ready()])
          await nextTurn() // what was said before it settled may still be on its way through promises
          if (!isHere) yield* this.#gone()
        }
        const {done, value} = await next
        if (done) return
        if (isNotification(value)) yield* this.#change(parsePresence(value))
      }
    } finally {
      void stanzas.return?.()
    }
  }

  *#gone(): Generator<Presence> {
    const settled = this.#settled.shift()
    for (const jid of this.#missing)
      if (settled?.has(bareJidOf(jid)))
        yield* this.#change(parsePresence(xml('presence', {from: jid, type: 'unavailable'})))
  }

  *#change(presence: Presence): Generator<Presence> {
    const {jid, priority, show, status, statuses} = presence
    if (this.#jids.size > 0 && !this.#jids.has(normalizedJid(bareJidOf(jid)))) return
    const state = JSON.stringify([show, status, statuses, priority])
    const before = this.#known.get(jid)
    this.#missing.delete(jid)
    if (show === 'offline') this.#present.delete(jid)
    else this.#present.add(jid)
    // Some servers also say of everybody who is away that they are.
    if (before === state || (before === undefined && show === 'offline')) return
    this.#known.set(jid, state)
    yield presence
  }
}
