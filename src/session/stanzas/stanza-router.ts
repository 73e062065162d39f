/** RFC 6120 §8: sends stanzas, and routes each incoming one to the request that it answers, to an IQ handler, or to the inbox. */
import type {OwnJids} from '../../answer.ts'
import {type Failure, toFailure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {type Element, type IqCallee, type StanzaChannel, type StanzaReader, xml} from '../../xml.ts'
import {NS_CLIENT, type XmlStream} from '../stream/stream.ts'
import {AckManager} from './ack-manager.ts'
import {Inbox, type SaveStanzas} from './inbox.ts'
import {newIqCallee} from './iq-callee.ts'
import {type KeepaliveTimes, readWatched} from './keepalive.ts'
import {Outbox} from './outbox.ts'
import type {Sending} from './pending-stanza.ts'
import {SlowReader} from './slow-reader.ts'
import {NS_SM, type Resumable} from './stream-management.ts'

const STANZAS = ['iq', 'message', 'presence']

/** The stanzas of one session, over all its connections. */
export class StanzaRouter implements StanzaChannel {
  readonly #own: OwnJids
  readonly inbox = new Inbox(() => this.acknowledging.handled())
  readonly acknowledging: AckManager
  readonly slowReader: SlowReader
  readonly outbox: Outbox
  readonly iqCallee: IqCallee
  readonly #answerIq: (request: Element) => void
  #stream: XmlStream | undefined
  #lost: Failure | undefined
  #isFlushScheduled = false
  #serverResponded = false

  /** @param save saves stanzas that wait for a slow reader */
  constructor(
    bare: string,
    domain: string,
    record?: (session: Resumable) => void,
    save?: SaveStanzas,
  ) {
    this.#own = {bare, domain, full: ''}
    this.slowReader = new SlowReader(this.inbox, save, () => this.acknowledging.acknowledge())
    this.acknowledging = new AckManager(this.inbox, record)
    this.outbox = new Outbox(this.#own, this.acknowledging)
    const {answer, callee} = newIqCallee(
      (stanza) => this.#sendAnswer(stanza),
      (error) => this.end(toFailure(error)),
    )
    this.iqCallee = callee
    this.#answerIq = answer
  }

  get(payload: Element, to?: string, onSent?: () => void): Promise<Element | undefined> {
    return this.sendIq(xml('iq', {type: 'get', id: this.outbox.nextId(), to}, payload), onSent)
  }

  set(payload: Element, to?: string): Promise<Element | undefined> {
    return this.sendIq(xml('iq', {type: 'set', id: this.outbox.nextId(), to}, payload))
  }

  async sendIq(request: Element, onSent?: () => void): Promise<Element | undefined> {
    const effect = request.attrs.type === 'set'
    return this.#enqueue({stanza: request, kind: 'request', effect, onSent})
  }

  async sendConfirmed(stanza: Element): Promise<void> {
    stanza.attrs.id ??= this.outbox.nextId()
    await this.#enqueue({stanza, kind: 'delivery', effect: true})
  }

  async send(stanza: Element): Promise<void> {
    await this.#enqueue({stanza, kind: 'unconfirmed', effect: false})
  }

  incoming(): StanzaReader {
    return this.inbox.open()
  }

  /** Whether the server has answered or delivered anything on the newest connection since the sign-in. */
  get serverResponded(): boolean {
    return this.#serverResponded
  }

  /** The connection was lost; the session may be resumed on another one. */
  lost(failure: Failure): void {
    this.#lost = failure
  }

  /** After a lost connection whose session cannot be resumed. */
  discardSession(): void {
    if (!this.#lost) return
    this.acknowledging.newSession()
    this.outbox.discardSession(this.#lost)
  }

  /**
   * Sends and routes stanzas on a stream that is signed in, until the stream ends; rejects with its failure. With
   * `times`, a connection on which nothing arrives counts as lost.
   */
  async run(stream: XmlStream, full: string, times?: KeepaliveTimes): Promise<never> {
    const probe = (): void => this.#probe(stream)
    this.#stream = stream
    this.#serverResponded = false
    // The server decides on the address (RFC 6120 §7.6); an anonymous account has none before.
    if (full) Object.assign(this.#own, {bare: bareJidOf(full), full})
    this.outbox.confirmSignIn()
    this.#scheduleFlush()
    try {
      for (;;) {
        const element = await (times ? readWatched(stream, times, probe) : stream.read())
        if (element.getNS() === NS_SM) {
          if (element.name === 'a') this.#serverResponded = true
          this.acknowledging.receivedAck(stream, element)
        } else {
          this.#route(element)
          this.acknowledging.handled()
        }
        // A slow reader stops the socket, except while a request waits for its answer.
        while (this.inbox.full && !this.outbox.awaitsAnswers) await this.inbox.room()
      }
    } finally {
      this.#stream = undefined
    }
  }

  /** Ends the session. The inbox can be read to its end, unless `atOnce`. */
  end(failure: Failure, atOnce = false): void {
    if (this.outbox.ended) return
    this.outbox.end(failure)
    this.inbox.end(failure, atOnce)
  }

  #enqueue(stanza: Sending): Promise<Element | undefined> {
    const answer = this.outbox.add(stanza)
    this.inbox.nudge()
    this.#scheduleFlush()
    return answer
  }

  /** All stanzas sent in the same tick leave in one write. */
  #scheduleFlush(): void {
    if (this.#isFlushScheduled || !this.#stream || !this.outbox.hasQueued) return
    this.#isFlushScheduled = true
    queueMicrotask(() => {
      this.#isFlushScheduled = false
      if (!this.#stream || this.outbox.ended) return
      this.outbox.flushInto(this.#stream)
      this.outbox.confirmSignIn()
      void this.#stream.flush()
    })
  }

  /** Makes the server send something; the answer itself is ignored. */
  #probe(stream: XmlStream): void {
    if (!this.acknowledging.request(stream)) stream.push(this.outbox.buildPing())
    void stream.flush()
  }

  async #sendAnswer(answer: Element): Promise<void> {
    if (!this.outbox.ended) await this.send(answer).catch(() => {}) // the session ended, and with it the request
  }

  #route(stanza: Element): void {
    if (!STANZAS.includes(stanza.name) || stanza.getNS() !== NS_CLIENT) return
    const number = this.acknowledging.received()
    if (number === 'again') return
    this.#serverResponded = true
    if (this.outbox.settleWith(stanza)) return
    if (stanza.name === 'iq') this.#answerIq(stanza)
    else {
      this.inbox.put(stanza, number)
      if (number !== undefined) this.slowReader.arrived()
    }
  }
}
