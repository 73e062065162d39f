/** RFC 6121 §4.4: changes of presence. A server can send the same presence twice; the repetition is not a change. */
import {AsyncQueue} from '../../async-queue.ts'
import {bareJidOf} from '../../jid.ts'
import {normalizedJid, preparedJid} from '../../jid-comparison.ts'
import {nextTurn} from '../../next-turn.ts'
import {type Element, xml} from '../../xml.ts'
import {isNotification, type Presence, parsePresence} from './presence.ts'

export class PresenceTracker {
  readonly #jids: ReadonlySet<string>
  /** The last presence of each full JID, as JSON. */
  readonly #states = new Map<string, string>()
  /** The full JIDs that are available. */
  readonly #available = new Set<string>()
  /** The full JIDs that were available in the previous session, and have sent no presence in this one. */
  #unconfirmed = new Set<string>()
  #sessions = 0
  /** The bare JIDs whose servers have answered the probes of the new session. */
  readonly #answered = new AsyncQueue<ReadonlySet<string>>()

  /** @param jids the bare JIDs to track; an empty list tracks all contacts */
  constructor(jids: readonly string[] = []) {
    this.#jids = new Set(jids.flatMap((jid) => [jid, preparedJid(jid)]))
  }

  /** Bare JIDs. */
  get available(): string[] {
    return [...new Set([...this.#available].map(bareJidOf))]
  }

  /**
   * In a new session the server sends the presence of the available contacts, and no stanza for a contact that went
   * offline during the outage.
   *
   * @param answered resolves with the bare JIDs whose servers have answered the probes of this session
   */
  newSession(answered: Promise<ReadonlySet<string>>): void {
    const session = ++this.#sessions
    this.#answered.remove(() => true)
    this.#unconfirmed = new Set(this.#available)
    answered.then(
      (jids) => {
        if (session === this.#sessions) this.#answered.push(jids)
      },
      () => {}, // the session has ended: the next one starts over
    )
  }

  /** Each change of each resource. */
  async *changes(incoming: AsyncIterable<Element>): AsyncGenerator<Presence> {
    const stanzas = incoming[Symbol.asyncIterator]()
    try {
      for (;;) {
        let hasArrived = false
        const next = stanzas.next().finally(() => {
          hasArrived = true
        })
        while (!hasArrived) {
          await Promise.race([next, this.#answered.ready()])
          await nextTurn() // stanzas that arrived before the answer may still wait in resolved promises
          if (!hasArrived) yield* this.#unavailable()
        }
        const {done, value} = await next
        if (done) return
        if (isNotification(value)) yield* this.#change(parsePresence(value))
      }
    } finally {
      void stanzas.return?.()
    }
  }

  /** The contacts that went offline during the outage. */
  *#unavailable(): Generator<Presence> {
    const answered = this.#answered.shift()
    for (const jid of this.#unconfirmed)
      if (answered?.has(bareJidOf(jid)))
        yield* this.#change(parsePresence(xml('presence', {from: jid, type: 'unavailable'})))
  }

  *#change(presence: Presence): Generator<Presence> {
    const {jid, priority, show, status, statuses} = presence
    if (this.#jids.size > 0 && !this.#jids.has(normalizedJid(bareJidOf(jid)))) return
    const state = JSON.stringify([show, status, statuses, priority])
    const before = this.#states.get(jid)
    this.#unconfirmed.delete(jid)
    if (show === 'offline') this.#available.delete(jid)
    else this.#available.add(jid)
    // Some servers send the presence of unavailable contacts too.
    if (before === state || (before === undefined && show === 'offline')) return
    this.#states.set(jid, state)
    yield presence
  }
}
