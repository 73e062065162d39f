/** RFC 6120 §8: the stanzas that were not sent yet, or that the server has not answered yet. */
import {randomBytes} from 'node:crypto'
import type {OwnJids} from '../../answer.ts'
import {type Failure, unconfirmedFailure} from '../../errors.ts'
import {type Element, xml} from '../../xml.ts'
import type {XmlStream} from '../stream/stream.ts'
import type {AckManager} from './ack-manager.ts'
import {answeredBy, type PendingStanza, type Sending, settle} from './pending-stanza.ts'

/** XEP-0199: every answer to a ping, even an error, proves that the server has processed all stanzas before it. */
const NS_PING = 'urn:xmpp:ping'

/** Queues stanzas until a stream can carry them, and matches answers to them. */
export class Outbox {
  readonly #own: OwnJids
  readonly #acknowledging: AckManager
  readonly #prefix = randomBytes(6).toString('base64url')
  #serial = 0
  #queue: PendingStanza[] = []
  /** Written to a stream before the server has accepted the sign-in. */
  #speculative: PendingStanza[] = []
  /** By id: queued, or written and not answered. */
  readonly #pending = new Map<string, PendingStanza>()
  #ended: Failure | undefined

  constructor(own: OwnJids, acknowledging: AckManager) {
    this.#own = own
    this.#acknowledging = acknowledging
  }

  get ended(): boolean {
    return this.#ended !== undefined
  }

  get hasQueued(): boolean {
    return this.#queue.length > 0
  }

  get awaitsAnswers(): boolean {
    return this.#pending.size > 0
  }

  nextId(): string {
    return `${this.#prefix}-${++this.#serial}`
  }

  /** Resolves with the payload of the answer; rejects with the failure that ended the session. */
  add({effect, kind, onSent, stanza}: Sending): Promise<Element | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      // Not a copy by spread, which takes a hundred times as long.
      const item = {stanza, kind, effect, onSent, written: false, resolve, reject}
      if (item.kind !== 'unconfirmed') this.#pending.set(item.stanza.attrs.id as string, item)
      this.#queue.push(item)
    })
  }

  /** Adds all queued stanzas, and the ping that confirms them, to the next flight of the stream. */
  flushInto(stream: XmlStream): void {
    if (stream.ended) return
    const batch = this.#queue
    this.#queue = []
    for (const item of batch) {
      item.written = true
      item.onSent?.()
      this.#push(stream, item.stanza)
    }
    this.#speculative.push(...batch)
    const deliveries = batch.filter(({kind}) => kind === 'delivery')
    if (deliveries.length > 0) this.#push(stream, this.#buildFence(deliveries))
    if (batch.length > 0) this.#acknowledging.request(stream)
    for (const item of batch) if (item.kind === 'unconfirmed') item.resolve()
  }

  /** The server has accepted the sign-in: the stanzas written so far cannot be taken back. */
  confirmSignIn(): void {
    this.#speculative = []
  }

  /** The server refused the sign-in, so it processed none of the stanzas after it: queues them again. */
  requeue(): void {
    for (const [id, {kind}] of this.#pending) if (kind === 'fence') this.#pending.delete(id)
    for (const item of this.#speculative) item.written = false
    this.#queue.unshift(...this.#speculative)
    this.#speculative = []
  }

  /** The server did not answer the sign-in: requeues, unless a stanza after it may have had an effect. */
  requeueIfSafe(): boolean {
    if (this.#speculative.some(({effect}) => effect)) return false
    this.requeue()
    return true
  }

  /** The old session cannot be resumed: stanzas with an effect have an unknown outcome, requests for data are repeated. */
  discardSession(failure: Failure): void {
    this.#speculative = []
    for (const [id, item] of this.#pending) {
      if (!item.written) continue
      if (item.kind === 'fence') this.#pending.delete(id)
      else if (item.effect) {
        this.#pending.delete(id)
        item.reject(unconfirmedFailure(item, failure))
      } else if (item.kind === 'request') {
        item.written = false
        this.#queue.push(item)
      }
    }
  }

  /** Whether the stanza is the answer to one that was sent, or returns it. */
  settleWith(stanza: Element): boolean {
    const item = answeredBy(stanza, this.#pending, this.#own)
    if (!item) return false
    this.#pending.delete(item.stanza.attrs.id as string)
    settle(item, stanza)
    return true
  }

  /** Rejects every stanza without an answer: if it was written and may have had an effect, as an unknown outcome. */
  end(failure: Failure): void {
    this.#ended = failure
    const open = new Set([...this.#queue, ...this.#pending.values()])
    this.#queue = []
    this.#speculative = []
    this.#pending.clear()
    for (const item of open) item.reject(unconfirmedFailure(item, failure))
  }

  buildPing(): Element {
    const ping = xml('ping', {xmlns: NS_PING})
    return xml('iq', {type: 'get', id: this.nextId(), to: this.#own.domain}, ping)
  }

  /** A ping after deliveries: the server returns undeliverable stanzas before it answers the ping. */
  #buildFence(deliveries: PendingStanza[]): Element {
    const ping = this.buildPing()
    const accept = (): void => {
      for (const delivery of deliveries) {
        const id = delivery.stanza.attrs.id as string
        // A later one may have the same id.
        if (this.#pending.get(id) === delivery) this.#pending.delete(id)
        delivery.resolve() // without effect if the server has returned it
      }
    }
    this.#pending.set(ping.attrs.id as string, {
      ...{stanza: ping, kind: 'fence', effect: false, written: true},
      resolve: accept,
      reject: () => {}, // when the ping is lost, each delivery is rejected on its own
    })
    return ping
  }

  #push(stream: XmlStream, stanza: Element): void {
    this.#acknowledging.sent(stanza)
    stream.push(stanza)
  }
}
