/** Finds messages that were printed already: the same message can come live, from an archive and from the offline store. */
import {hash} from 'node:crypto'
import type {MessageKey} from '../../account/state/ended-questions.ts'
import type {StanzaEvent} from '../../protocol/event/event.ts'

// An archive repeats messages of an outage, not those of last month. Between one and two times as many keys are known.
const MOST = 20_000

// The times of one message differ by rounding, and by the clocks of servers.
const SLACK_MS = 2000

export class Deduplicator {
  #keys = new Map<string, number>()
  /** The keys before these. */
  #earlier = new Map<string, number>()

  /** A message of the account's archive that an earlier run has printed. */
  add(stanzaId: string): void {
    this.#add([keyOfArchived('', stanzaId), 0])
  }

  /** Messages that an earlier run has printed. */
  addAll(keys: readonly MessageKey[]): void {
    for (const key of keys) this.#add(key)
  }

  /** Whether the message is new. A message without a stable id is always new. */
  isNew(event: StanzaEvent, keys = keysOf(event)): boolean {
    const [first] = keys
    if (first && this.#has(event, first)) return false
    for (const key of keys) this.#add(key)
    return true
  }

  /**
   * Compares the archive id, which the server guarantees. Without one, the id of the sender counts for messages that
   * waited on a server; live messages of senders that reuse ids must not be lost.
   */
  #has(event: StanzaEvent, [key, time]: MessageKey): boolean {
    const known = this.#keys.get(key) ?? this.#earlier.get(key)
    if (known === undefined || !('stanzaId' in event)) return false
    return event.stanzaId !== null || (event.delay !== null && time <= known + SLACK_MS)
  }

  #add([key, time]: MessageKey): void {
    if (this.#keys.size === MOST) {
      this.#earlier = this.#keys
      this.#keys = new Map()
    }
    this.#keys.set(key, time)
  }
}

/** The keys of a message: its archive id if it has one, then a hash of sender, id and text. */
export function keysOf(event: StanzaEvent): MessageKey[] {
  if (!('stanzaId' in event)) return []
  const {delay, id, room, stanzaId} = event
  const time = delay ? Date.parse(delay) : Date.now()
  const keys: MessageKey[] = []
  if (stanzaId) keys.push([keyOfArchived(room ?? '', stanzaId), time])
  if (id) keys.push([keyOfSent(event), time])
  return keys
}

const keyOfArchived = (room: string, stanzaId: string): string => `${room}\n${stanzaId}`

function keyOfSent(event: StanzaEvent): string {
  const body = 'body' in event ? event.body : null
  const text = JSON.stringify([event.event, event.from, event.id, body])
  return hash('sha256', text, 'base64url').slice(0, 22)
}
