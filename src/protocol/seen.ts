/** What was told already, so that an archive and a live stream together tell everything once. */
import type {StanzaEvent} from './event.ts'

// An archive repeats what went by during an outage, not what went by last month.
const MOST = 10_000

export class Seen {
  readonly #keys = new Set<string>()

  /** A message of our own archive, told by an earlier run. */
  add(stanzaId: string): void {
    this.#keys.add(keyOfArchived('', stanzaId))
  }

  /** Whether this is the first time. What has no stable id is always new. */
  isNew(event: StanzaEvent): boolean {
    const key = keyOf(event)
    if (key === undefined) return true
    if (this.#keys.has(key)) return false
    this.#keys.add(key)
    const [oldest] = this.#keys
    if (this.#keys.size > MOST && oldest !== undefined) this.#keys.delete(oldest)
    return true
  }
}

/**
 * The id of the archive, which the server vouches for. Where there is none, the sender's own id names what waited
 * in the offline store; live, senders that reuse ids must not silence themselves.
 */
function keyOf(event: StanzaEvent): string | undefined {
  if (!('stanzaId' in event)) return undefined
  if (event.stanzaId) return keyOfArchived(event.room ?? '', event.stanzaId)
  return event.delay && event.id ? `${event.from}\n${event.id}\n${event.delay}` : undefined
}

const keyOfArchived = (room: string, stanzaId: string): string => `${room}\n${stanzaId}`
