/** XEP-0198 §4 and §5: acknowledges handled stanzas, and resumes the session on a new connection. */
import {EXIT, Failure} from '../../errors.ts'
import {type Element, xml} from '../../xml.ts'
import type {XmlStream} from '../stream/stream.ts'
import type {Inbox} from './inbox.ts'
import {type Resumable, StreamManagement} from './stream-management.ts'

/** An acknowledgement is sent after this many handled stanzas, or this long after the first of them or a request. */
const ACK_EVERY = 100
const ACK_DELAY_MS = 1000

/** Does nothing without stream management. */
export class AckManager {
  readonly #inbox: Inbox
  readonly #record: (session: Resumable) => void
  #sm: StreamManagement | undefined
  /** The server has enabled stream management: stanzas from then on are counted. */
  #counting = false
  #stream: XmlStream | undefined
  /** The server has requested an acknowledgement while some stanzas were not handled. */
  #pendingRequest = false
  #timer: NodeJS.Timeout | undefined
  /** An acknowledgement waits for the socket; `#more` when another is due after it. */
  #writing = false
  #more = false
  #receivedHere = 0
  #settled = (): void => {}

  /** @param record called before each acknowledgement */
  constructor(inbox: Inbox, record: (session: Resumable) => void = () => {}) {
    this.#inbox = inbox
    this.#record = record
  }

  /** The number of stanzas received on this connection. */
  get receivedHere(): number {
    return this.#receivedHere
  }

  /** Asks the server to keep unhandled stanzas, and the session beyond its connection (§3). */
  enable(stream: XmlStream): void {
    this.#sm = new StreamManagement()
    this.#stream = stream
    this.#receivedHere = 0
    stream.push(StreamManagement.enable())
  }

  /** Records and returns what is necessary to resume the session; undefined when the server keeps no session. */
  takeResumable(): Resumable | undefined {
    const id = this.#sm?.id
    if (!id || !this.#sm) return undefined
    const resumable = {id, handled: this.#sm.handled(this.#inbox.oldestOpen)}
    this.#record(resumable)
    return resumable
  }

  /**
   * The server has resumed the old session, which may be the one of another process. It has handled `h` stanzas: the
   * rest is sent again.
   */
  resume(stream: XmlStream, resumable: Resumable, h: number): void {
    this.#sm ??= StreamManagement.restore(resumable, h)
    this.#counting = true
    if (!this.#sm.acked(h)) throw miscounted()
    this.#sm.resumed(resumable.handled)
    this.#stream = stream
    this.#receivedHere = 0
    for (const stanza of this.#sm.unacked) stream.push(stanza)
    if (this.#sm.unacked.length > 0) this.request(stream)
  }

  /** The old session cannot be resumed. */
  newSession(): void {
    this.#sm = undefined
    this.#counting = false
    this.#pendingRequest = false
    this.#inbox.renumber()
  }

  sent(stanza: Element): void {
    this.#sm?.sent(stanza)
  }

  /** Requests an acknowledgement; false without stream management. */
  request(stream: XmlStream): boolean {
    if (this.#sm) stream.push(StreamManagement.request())
    return this.#sm !== undefined
  }

  /** The number of the stanza that just arrived, if counted; `again` when it had arrived before the resumption. */
  received(): number | 'again' | undefined {
    this.#receivedHere++
    return this.#counting && this.#sm ? (this.#sm.received() ?? 'again') : undefined
  }

  /** Handles an element of the protocol itself. */
  receivedAck(stream: XmlStream, {attrs, name}: Element): void {
    if (name === 'enabled') {
      this.#counting = true
      if (this.#sm && attrs.resume && attrs.resume !== 'false') this.#sm.id = attrs.id as string
      this.takeResumable()
    } else if (name === 'a') {
      if (this.#sm?.acked(Number(attrs.h)) === false) stream.fail(miscounted())
      if (this.#sm?.unacked.length === 0) this.#settled()
    } else if (name === 'failed') this.#sm = undefined
    else if (name === 'r' && this.#sm) {
      this.#pendingRequest = this.#inbox.oldestOpen !== undefined
      if (this.#pendingRequest) this.#acknowledgeSoon()
      else this.acknowledge()
    }
  }

  /**
   * To call after each handled stanza. A server that gets no acknowledgement ends the session at some point. A request
   * that arrives while stanzas are unhandled is answered when all are handled, or after a second.
   */
  handled(): void {
    if (!this.#counting || !this.#sm) return
    const open = this.#inbox.oldestOpen
    const unreported = this.#sm.unreported(open)
    if (unreported >= ACK_EVERY || (this.#pendingRequest && open === undefined)) this.acknowledge()
    else if (unreported > 0) this.#acknowledgeSoon()
  }

  #acknowledgeSoon(): void {
    this.#timer ??= setTimeout(() => this.acknowledge(), ACK_DELAY_MS).unref()
  }

  /** While the socket is full, one acknowledgement replaces all that were due. */
  acknowledge(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const stream = this.#stream
    this.#more = this.#writing
    if (this.#writing || !this.#sm || !stream || stream.ended) return
    const open = this.#inbox.oldestOpen
    if (open === undefined) this.#pendingRequest = false
    this.#writing = true
    stream.push(this.#buildAck(this.#sm))
    void stream.flush().then(() => {
      this.#writing = false
      if (this.#more) this.acknowledge()
    })
  }

  #buildAck(sm: StreamManagement): Element {
    this.takeResumable()
    return sm.buildAck(this.#inbox.oldestOpen)
  }

  /**
   * Sends unavailable presence, so that the server stores later messages. Resolves when all stanzas sent before have
   * arrived; never when the stream ends first.
   */
  async retire(stream: XmlStream): Promise<void> {
    if (!this.#counting || !this.#sm) return
    this.#inbox.drain()
    const unavailable = xml('presence', {type: 'unavailable'})
    this.#sm.sent(unavailable)
    stream.push(unavailable)
    const settled = new Promise<void>((resolve) => {
      this.#settled = resolve
    })
    this.request(stream)
    void stream.flush()
    await settled
  }

  /** Sent before the stream is closed, so that the server delivers no stanza twice. */
  sendFinalAck(stream: XmlStream): void {
    clearTimeout(this.#timer)
    if (this.#counting && this.#sm) stream.push(this.#buildAck(this.#sm))
  }
}

function miscounted(): Failure {
  return new Failure(
    'miscounted',
    'The server acknowledged stanzas that were never sent',
    EXIT.protocol,
    {stage: 'request'},
  )
}
