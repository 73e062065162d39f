/** XEP-0198 §4 and §5 for a session: what was handled is acknowledged, and a new connection goes on from there. */
import {EXIT, Failure} from '../../errors.ts'
import {type Element, xml} from '../../xml.ts'
import type {XmlStream} from '../stream/stream.ts'
import type {Inbox} from './inbox.ts'
import {type Resumable, StreamManagement} from './stream-management.ts'

/** So many handled stanzas, or so long after the first of them, are acknowledged without being asked for. */
const EVERY = 100
const EVERY_MS = 1000

/** Does nothing where stream management was not asked for, or was refused. */
export class AckManager {
  readonly #inbox: Inbox
  readonly #record: (session: Resumable) => void
  #sm: StreamManagement | undefined
  /** The server has agreed: what it sends from then on counts. */
  #counting = false
  #stream: XmlStream | undefined
  /** The server has asked what was handled, when some of it was not yet. */
  #pendingRequest = false
  #timer: NodeJS.Timeout | undefined
  /** An acknowledgement waits for room in the socket, and whether there is more to say by then. */
  #writing = false
  #more = false
  #receivedHere = 0
  #settled = (): void => {}

  /** @param record called before the server is told how much was handled */
  constructor(inbox: Inbox, record: (session: Resumable) => void = () => {}) {
    this.#inbox = inbox
    this.#record = record
  }

  /** How many stanzas came on this connection. */
  get receivedHere(): number {
    return this.#receivedHere
  }

  /** Asks the server to keep what we have not handled, and the stream beyond its connection (§3). */
  enable(stream: XmlStream): void {
    this.#sm = new StreamManagement()
    this.#stream = stream
    this.#receivedHere = 0
    stream.push(StreamManagement.enable())
  }

  /** What a new connection can take up, and tells the server; undefined where the server keeps nothing. */
  takeResumable(): Resumable | undefined {
    const id = this.#sm?.id
    if (!id || !this.#sm) return undefined
    const resumable = {id, handled: this.#sm.handled(this.#inbox.oldestOpen)}
    this.#record(resumable)
    return resumable
  }

  /**
   * The server goes on with the old session, of which it has handled `h` stanzas: the rest leaves again. It may be the
   * session of another process.
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

  /** The old session is gone for good. */
  newSession(): void {
    this.#sm = undefined
    this.#counting = false
    this.#pendingRequest = false
    this.#inbox.renumber()
  }

  sent(stanza: Element): void {
    this.#sm?.sent(stanza)
  }

  /** Makes the server say what it has; false where it would not understand. */
  request(stream: XmlStream): boolean {
    if (this.#sm) stream.push(StreamManagement.request())
    return this.#sm !== undefined
  }

  /** The number of a stanza that just arrived, where they are counted; `again` when it came before a resumption. */
  received(): number | 'again' | undefined {
    this.#receivedHere++
    return this.#counting && this.#sm ? (this.#sm.received() ?? 'again') : undefined
  }

  /** Deals with an element of the protocol itself. */
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
      this.#acknowledge()
    }
  }

  /**
   * More was handled. A server that gets no acknowledgement ends the session sooner or later, and one that asks while
   * much waits to be read is answered in full when it has been.
   */
  handled(): void {
    if (!this.#counting || !this.#sm) return
    const open = this.#inbox.oldestOpen
    const fresh = this.#sm.unreported(open)
    if (fresh >= EVERY || (this.#pendingRequest && open === undefined)) this.#acknowledge()
    else if (fresh > 0) this.#timer ??= setTimeout(() => this.#acknowledge(), EVERY_MS).unref()
  }

  /** While the socket is full, one acknowledgement waits for all that were due. */
  #acknowledge(): void {
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
      if (this.#more) this.#acknowledge()
    })
  }

  #buildAck(sm: StreamManagement): Element {
    this.takeResumable()
    return sm.buildAck(this.#inbox.oldestOpen)
  }

  /**
   * Takes the account off line, so that the server keeps what comes from here on. Resolves when all has arrived that
   * left before; never, when the stream ends first.
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

  /** What arrived and was not handled, in order. */
  get unhandled(): Element[] {
    return this.#inbox.unhandled
  }

  /** The first `count` of what was not handled count as handled. */
  drop(count: number): void {
    this.#inbox.drop(count)
  }

  /** The last word on what was handled, so that the server delivers nothing twice. */
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
