/** What was told already, so that an archive, a store of offline messages and a live stream together tell everything once. */
import {createHash} from 'node:crypto'
import type {StanzaEvent} from '../../protocol/event/event.ts'

/** What names a message, and when it was sent, in milliseconds. */
export type SeenKey = [key: string, time: number]

// An archive repeats what went by during an outage, not what went by last month.
const MOST = 20_000

// Servers stamp one message with times that differ by their rounding, and their clocks are not ours.
const SLACK_MS = 2000

export class Deduplicator {
  readonly #keys = new Map<string, number>()

  /** A message of our own archive, told by an earlier run. */
  add(stanzaId: string): void {
    this.#add([keyOfArchived('', stanzaId), 0])
  }

  /** Messages that an earlier run told. */
  addAll(keys: readonly SeenKey[]): void {
    for (const key of keys) this.#add(key)
  }

  /** Whether this is the first time. What has no stable id is always new. */
  isNew(event: StanzaEvent): boolean {
    const keys = keysOf(event)
    const [first] = keys
    if (first && this.#has(event, first)) return false
    for (const key of keys) this.#add(key)
    return true
  }

  /**
   * By the id of the archive, which the server vouches for. Where there is none, the sender's own id names what
   * waited on a server; live, senders that reuse ids must not silence themselves.
   */
  #has(event: StanzaEvent, [key, time]: SeenKey): boolean {
    const known = this.#keys.get(key)
    if (known === undefined || !('stanzaId' in event)) return false
    return event.stanzaId !== null || (event.delay !== null && time <= known + SLACK_MS)
  }

  #add([key, time]: SeenKey): void {
    this.#keys.set(key, time)
    const [oldest] = this.#keys
    if (this.#keys.size > MOST && oldest) this.#keys.delete(oldest[0])
  }
}

/** What names a message: the id of its archive if there is one, and then who sent what under which id. */
export function keysOf(event: StanzaEvent): SeenKey[] {
  if (!('stanzaId' in event)) return []
  const {delay, id, room, stanzaId} = event
  const time = delay ? Date.parse(delay) : Date.now()
  const keys: SeenKey[] = []
  if (stanzaId) keys.push([keyOfArchived(room ?? '', stanzaId), time])
  if (id) keys.push([keyOfSent(event), time])
  return keys
}

const keyOfArchived = (room: string, stanzaId: string): string => `${room}\n${stanzaId}`

function keyOfSent({from, id, ...event}: StanzaEvent): string {
  const body = 'body' in event ? event.body : null
  const text = JSON.stringify([event.event, from, id, body])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}
