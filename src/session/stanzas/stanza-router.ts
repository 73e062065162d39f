/** RFC 6120 §8: stanzas out and in, and what became of each: answered, accepted, bounced, or never known. */
import {randomBytes} from 'node:crypto'
import type {OwnJids} from '../../answer.ts'
import type {Failure} from '../../errors.ts'
import {unconfirmedFailure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {type Element, type StanzaChannel, xml} from '../../xml.ts'
import {NS_CLIENT, type XmlStream} from '../stream/stream.ts'
import {AckManager} from './ack-manager.ts'
import {Inbox} from './inbox.ts'
import {type IqHandler, IqHandlers} from './iq-handlers.ts'
import {Keepalive, type KeepaliveTimes} from './keepalive.ts'
import {answeredBy, newPending, type PendingStanza, type Sending, settle} from './pending-stanza.ts'
import {NS_SM, type Resumable} from './stream-management.ts'

/** XEP-0199: any answer to it proves that all before it was dealt with. */
const NS_PING = 'urn:xmpp:ping'

const STANZAS = ['iq', 'message', 'presence']

/** Holds what commands ask for until a stream may carry it, and matches what comes back. */
export class StanzaRouter implements StanzaChannel {
  readonly #own: OwnJids
  readonly #inbox = new Inbox(() => this.acknowledging.handled())
  readonly acknowledging: AckManager
  readonly #answering = new IqHandlers()
  readonly #prefix = randomBytes(6).toString('base64url')
  #serial = 0
  #outbox: PendingStanza[] = []
  /** Written, and by a stream whose sign-in is not yet known to have succeeded. */
  #speculative: PendingStanza[] = []
  #pending = new Map<string, PendingStanza>()
  #stream: XmlStream | undefined
  #lost: Failure | undefined
  #scheduled = false
  #over: Failure | undefined
  #serverResponded = false

  constructor(bare: string, domain: string, record?: (session: Resumable) => void) {
    this.#own = {bare, domain, full: ''}
    this.acknowledging = new AckManager(this.#inbox, record)
  }

  get(payload: Element, to?: string, sent?: () => void): Promise<Element | undefined> {
    return this.sendIq(xml('iq', {type: 'get', id: this.#nextId(), to}, payload), sent)
  }

  set(payload: Element, to?: string): Promise<Element | undefined> {
    return this.sendIq(xml('iq', {type: 'set', id: this.#nextId(), to}, payload))
  }

  async sendIq(question: Element, sent?: () => void): Promise<Element | undefined> {
    const effect = question.attrs.type === 'set'
    return this.#enqueue({stanza: question, kind: 'question', effect, sent})
  }

  async sendConfirmed(stanza: Element): Promise<void> {
    stanza.attrs.id ??= this.#nextId()
    await this.#enqueue({stanza, kind: 'delivery', effect: true})
  }

  async send(stanza: Element): Promise<void> {
    await this.#enqueue({stanza, kind: 'post', effect: false})
  }

  incoming(): AsyncIterableIterator<Element> {
    return this.#inbox.open()
  }

  deferAck(): () => void {
    return this.#inbox.deferAck()
  }

  handleIq(name: string, namespace: string, reply: IqHandler): void {
    this.#answering.add(name, namespace, reply)
  }

  /** Whether the server has answered or delivered anything on the newest connection since the sign-in. */
  get serverResponded(): boolean {
    return this.#serverResponded
  }

  /** Whether a flight with stanzas is waiting to go. */
  get waiting(): boolean {
    return this.#outbox.length > 0
  }

  /** Adds all that waits, and the ping that confirms it, to the stream's next flight. */
  flushInto(stream: XmlStream): void {
    if (stream.ended) return // nothing would leave
    const batch = this.#outbox
    this.#outbox = []
    for (const item of batch) {
      item.written = true
      item.sent?.()
      this.#push(stream, item.stanza)
    }
    this.#speculative.push(...batch)
    const deliveries = batch.filter(({kind}) => kind === 'delivery')
    if (deliveries.length > 0) this.#push(stream, this.#confirmation(deliveries))
    if (batch.length > 0) this.acknowledging.request(stream)
    for (const item of batch) if (item.kind === 'post') item.resolve()
  }

  /** The sign-in that `pushTo` ran ahead of was refused: nothing was delivered, all of it waits again. */
  requeue(): void {
    for (const [id, {kind}] of this.#pending) if (kind === 'fence') this.#pending.delete(id)
    const again = this.#speculative.filter(({kind, settled}) => kind === 'post' || !settled)
    for (const item of again) item.written = false
    this.#outbox.unshift(...again)
    this.#speculative = []
  }

  /** The sign-in was not answered: takes back what it carried, unless some of that may have had an effect. */
  requeueIfSafe(): boolean {
    if (this.#speculative.some(({effect, settled}) => effect && !settled)) return false
    this.requeue()
    return true
  }

  /** The connection is gone; what it carried may yet be taken up again. */
  lost(failure: Failure): void {
    this.#lost = failure
  }

  /** The old session, if there was one, is gone for good: what it carried is unknown, what only asked is asked again. */
  discardSession(): void {
    const failure = this.#lost
    if (!failure) return
    this.acknowledging.newSession()
    for (const [id, item] of this.#pending) {
      if (!item.written) continue
      if (item.kind === 'fence') this.#pending.delete(id)
      else if (item.effect) {
        this.#pending.delete(id)
        item.reject(unconfirmedFailure(item, failure))
      } else if (item.kind === 'question' && !item.settled) {
        item.written = false
        this.#outbox.push(item)
      }
    }
  }

  /**
   * The session stands: from here on stanzas leave as they come, and what arrives is sorted. With `silence`, a
   * connection on which nothing arrives any more counts as lost.
   */
  async run(stream: XmlStream, full: string, silence?: KeepaliveTimes): Promise<never> {
    const pulse = new Keepalive(stream, silence, () => this.#probe(stream))
    this.#stream = stream
    this.#serverResponded = false
    // The server has the last word on who we are, for a guest in particular.
    if (full) Object.assign(this.#own, {bare: bareJidOf(full), full})
    this.#speculative = []
    this.#schedule()
    try {
      for (;;) {
        const element = await pulse.during(stream.read())
        if (element.getNS() === NS_SM) {
          if (element.name === 'a') this.#serverResponded = true
          this.acknowledging.receivedAck(stream, element)
        } else {
          this.#route(element)
          this.acknowledging.handled()
        }
        // A reader that lags stops the socket, but never an answer that somebody waits for.
        while (this.#inbox.full && this.#pending.size === 0) await this.#inbox.room()
      }
    } finally {
      this.#stream = undefined
    }
  }

  /**
   * Ends all that is still open: what had left and may have had an effect is an unknown outcome. What has arrived is
   * read to its end, unless all is over `atOnce`.
   */
  end(failure: Failure, atOnce = false): void {
    if (this.#over) return
    this.#over = failure
    const open = new Set([...this.#outbox, ...this.#pending.values()])
    this.#outbox = []
    this.#pending.clear()
    for (const item of open) item.reject(unconfirmedFailure(item, failure))
    this.#inbox.end(failure, atOnce)
  }

  #nextId(): string {
    return `${this.#prefix}-${++this.#serial}`
  }

  #enqueue(what: Sending): Promise<Element | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#over) return reject(this.#over)
      const item = newPending(what, {resolve, reject})
      if (what.kind !== 'post') this.#pending.set(what.stanza.attrs.id as string, item)
      this.#outbox.push(item)
      this.#inbox.nudge()
      this.#schedule()
    })
  }

  // All that one turn of the program says leaves in one write.
  #schedule(): void {
    if (this.#scheduled || !this.#stream || !this.waiting) return
    this.#scheduled = true
    queueMicrotask(() => {
      this.#scheduled = false
      if (!this.#stream || this.#over) return
      this.flushInto(this.#stream)
      this.#speculative = []
      void this.#stream.flush()
    })
  }

  /** A ping behind deliveries: bounces come back before its answer does. */
  #confirmation(deliveries: PendingStanza[]): Element {
    const ping = this.#ping()
    const accept = (): void => {
      for (const delivery of deliveries) {
        if (delivery.settled) continue
        this.#pending.delete(delivery.stanza.attrs.id as string)
        delivery.resolve()
      }
    }
    // If it is lost, the deliveries are told themselves.
    const fence = newPending(
      {stanza: ping, kind: 'fence', effect: false},
      {resolve: accept, reject() {}},
    )
    this.#pending.set(ping.attrs.id as string, Object.assign(fence, {written: true}))
    return ping
  }

  /** Anything that makes the server say something; nobody waits for what it says. */
  #probe(stream: XmlStream): void {
    if (!this.acknowledging.request(stream)) stream.push(this.#ping())
    void stream.flush()
  }

  #ping(): Element {
    const ping = xml('ping', {xmlns: NS_PING})
    return xml('iq', {type: 'get', id: this.#nextId(), to: this.#own.domain}, ping)
  }

  #push(stream: XmlStream, stanza: Element): void {
    this.acknowledging.sent(stanza)
    stream.push(stanza)
  }

  #route(stanza: Element): void {
    if (!STANZAS.includes(stanza.name) || stanza.getNS() !== NS_CLIENT) return
    const number = this.acknowledging.received()
    if (number === 'again') return
    this.#serverResponded = true
    if (this.#settles(stanza)) return
    const reply = stanza.name === 'iq' ? this.#answering.replyTo(stanza) : undefined
    if (reply) void this.send(reply)
    if (stanza.name !== 'iq') this.#inbox.put(stanza, number)
  }

  /** Whether the stanza is the answer to one that was sent, or returns it. */
  #settles(stanza: Element): boolean {
    const item = answeredBy(stanza, this.#pending, this.#own)
    if (!item) return false
    this.#pending.delete(item.stanza.attrs.id as string)
    settle(item, stanza)
    return true
  }
}
