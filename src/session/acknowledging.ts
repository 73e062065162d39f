/** XEP-0198 §4 and §5 for a session: what was handled is acknowledged, and a new connection goes on from there. */
import {EXIT, Failure} from '../errors.ts'
import type {Element} from '../xml.ts'
import type {Inbox} from './inbox.ts'
import type {XmlStream} from './stream.ts'
import {type Resumable, StreamManagement} from './stream-management.ts'

/** Does nothing where stream management was not asked for, or was refused. */
export class Acknowledging {
  readonly #inbox: Inbox
  #sm: StreamManagement | undefined
  /** The server has agreed: what it sends from then on counts. */
  #counting = false
  /** The stream on which the server has asked what was handled, when some of it was not yet. */
  #owed: XmlStream | undefined

  constructor(inbox: Inbox) {
    this.#inbox = inbox
  }

  /** Asks the server to keep what we have not handled, and the stream beyond its connection (§3). */
  enable(stream: XmlStream): void {
    this.#sm = new StreamManagement()
    stream.push(StreamManagement.enable())
  }

  /** What a new connection can take up; undefined where the server keeps nothing. */
  get resumable(): Resumable | undefined {
    const id = this.#sm?.id
    return id && this.#sm ? {id, handled: this.#sm.handled(this.#inbox.oldestOpen)} : undefined
  }

  /** The server goes on with the old session, of which it has handled `h` stanzas: the rest leaves again. */
  resume(stream: XmlStream, {handled}: Resumable, h: number): void {
    if (!this.#sm?.acked(h)) throw miscounted()
    this.#sm.resumed(handled)
    for (const stanza of this.#sm.unacked) stream.push(stanza)
    if (this.#sm.unacked.length > 0) this.request(stream)
  }

  /** The old session is gone for good. */
  startOver(): void {
    this.#sm = undefined
    this.#counting = false
    this.#owed = undefined
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
    return this.#counting && this.#sm ? (this.#sm.received() ?? 'again') : undefined
  }

  /** Deals with an element of the protocol itself. */
  take(stream: XmlStream, {attrs, name}: Element): void {
    if (name === 'enabled') {
      this.#counting = true
      if (this.#sm && attrs.resume && attrs.resume !== 'false') this.#sm.id = attrs.id as string
    } else if (name === 'a') {
      if (this.#sm?.acked(Number(attrs.h)) === false) stream.fail(miscounted())
    } else if (name === 'failed') this.#sm = undefined
    else if (name === 'r' && this.#sm) {
      this.#owed = this.#inbox.oldestOpen === undefined ? undefined : stream
      stream.push(this.#sm.buildAck(this.#inbox.oldestOpen))
      void stream.flush()
    }
  }

  /** The rest of an answer that could not be given in full when the server asked. */
  caughtUp(): void {
    const stream = this.#owed
    if (!stream || !this.#sm) return
    this.#owed = undefined
    stream.push(this.#sm.buildAck(undefined))
    void stream.flush()
  }

  /** The last word on what was handled, so that the server delivers nothing twice. */
  farewell(stream: XmlStream): void {
    if (this.#counting && this.#sm) stream.push(this.#sm.buildAck(this.#inbox.oldestOpen))
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
