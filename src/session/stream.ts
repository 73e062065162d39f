/** RFC 6120 §4: XML Streams <https://www.rfc-editor.org/rfc/rfc6120#section-4>, and RFC 7395 for WebSocket. */
import {EXIT, Failure, type Stage} from '../errors.ts'
import {type Element, Parser, xml} from '../xml.ts'
import {parseMaxBytes} from './stream-limits.ts'
import type {Trace} from './trace.ts'
import type {Transport} from './transport.ts'

const NS_CLIENT = 'jabber:client'
const NS_STREAM = 'http://etherx.jabber.org/streams'
const NS_STREAM_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'
const NS_FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'
const STREAM_TAG = `<stream:stream xmlns='${NS_CLIENT}' xmlns:stream='${NS_STREAM}'`

// How many elements wait unread before the socket is told to stop.
const HIGH_WATER = 256

export interface Header {
  to: string
  from?: string
}

/** One XML stream over a transport: elements are pushed, leave in flights, and are read one at a time. */
export class XmlStream {
  /** How far the session has come; every error and every trace line carries it. */
  stage: Stage = 'auth'
  /** The largest stanza that the server takes, once it has said so (XEP-0478). */
  maxBytes: number | undefined
  readonly transport: Transport
  readonly #trace: Trace
  #parser: Parser | undefined
  /** Received, and not yet given to the parser. */
  #held: string[] = []
  #flight: string[] = []
  #queue: Element[] = []
  #wake: (() => void) | undefined
  #ended: Failure | undefined
  #paused = false
  #opened = false
  #closing = false

  constructor(transport: Transport, trace: Trace) {
    this.transport = transport
    this.#trace = trace
    transport.listen(
      (text) => this.#receive(text),
      (error) => this.#end(connectionLost(this.stage, error)),
    )
  }

  /** Starts the stream, or starts it over (§4.3.3). */
  header({from, to}: Header): void {
    this.#opened = true
    const attrs = {from, to, version: '1.0', 'xml:lang': 'en'}
    if (this.transport.framing === 'message') {
      this.push(xml('open', {xmlns: NS_FRAMING, ...attrs}))
      return
    }
    this.#parser = this.#newParser()
    this.#held = []
    const open = xml('stream:stream', {xmlns: NS_CLIENT, 'xmlns:stream': NS_STREAM, ...attrs})
    this.#trace.sent(this.stage, open)
    this.#flight.push(`<?xml version='1.0'?>${String(open).replace(/\/>$/, '>')}`)
  }

  /** Adds an element to the flight that the next `flush` sends. */
  push(element: Element): void {
    // There is no stream around a WebSocket message that would declare the namespace (RFC 7395 §3.3.3).
    if (this.transport.framing === 'message') element.attrs.xmlns ??= NS_CLIENT
    this.#trace.sent(this.stage, element)
    // A parser at the other end turns a bare carriage return into a line feed (XML 1.0 §2.11).
    this.#flight.push(String(element).replaceAll('\r', '&#xD;'))
  }

  /** Sends what was pushed, in one write; resolves when there is room for more. */
  flush(): Promise<void> {
    const flight = this.#flight
    this.#flight = []
    return flight.length === 0 || this.#ended ? Promise.resolve() : this.transport.write(flight)
  }

  /**
   * White space between elements (§4.6.1). A server that leaves Nagle's algorithm on holds its answer back until
   * its TLS tickets are acknowledged, which our side delays by 40 ms unless it has something to send.
   */
  nudge(): void {
    if (this.#opened && !this.#closing && this.transport.framing === 'stream')
      void this.transport.write([' '])
  }

  /** The next element; rejects with the `Failure` that ended the stream. */
  async read(): Promise<Element> {
    for (;;) {
      const element = this.#queue.shift()
      if (element) {
        if (this.#paused && this.#queue.length === 0) this.#pause(false)
        return element
      }
      if (this.#ended) throw this.#ended
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** Whether elements have come that nobody has read. */
  get unread(): boolean {
    return this.#queue.length > 0
  }

  /** Ends the stream at once for whoever reads it, as after a deadline. */
  fail(failure: Failure): void {
    this.#end(failure)
  }

  /** Closes the stream (§4.4) and the connection, without waiting for the peer's own close. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    if (this.#opened && !this.transport.destroyed) {
      this.stage = 'close'
      const footer =
        this.transport.framing === 'message'
          ? String(xml('close', {xmlns: NS_FRAMING}))
          : '</stream:stream>'
      this.#trace.sentText(this.stage, footer)
      this.#flight.push(footer)
      void this.transport.write(this.#flight)
      await this.transport.end()
    }
    this.transport.destroy()
  }

  /** Lets go of the connection without closing the stream, which may be taken up again over another one. */
  abandon(): void {
    this.#closing = true
    this.transport.destroy()
  }

  #newParser(): Parser {
    const parser = new Parser()
    parser.on('start', (header: Element) => {
      if (this.transport.framing === 'stream') this.#trace.received(this.stage, header)
    })
    parser.on('element', (element: Element) => this.#element(element))
    parser.on('error', (error: Error) => this.#end(badXml(this.stage, error)))
    parser.on('end', () => this.#closedByPeer())
    return parser
  }

  #receive(text: string): void {
    if (this.#ended) return
    if (!this.#parser) {
      this.#parser = this.#newParser()
      if (this.transport.framing === 'message') this.#parser.write(`${STREAM_TAG}>`)
    }
    // The parser's time is quadratic in a text whose end it does not see, and only a ">" ends anything.
    const end = text.lastIndexOf('>') + 1
    const whole = end > 0 ? `${this.#held.splice(0).join('')}${text.slice(0, end)}` : ''
    this.#held.push(text.slice(end))
    try {
      this.#parser.write(whole)
    } catch (error) {
      this.#end(badXml(this.stage, error as Error))
    }
    if (!this.#paused && this.#queue.length >= HIGH_WATER) this.#pause(true)
  }

  #element(element: Element): void {
    this.#trace.received(this.stage, element)
    if (element.is('error', NS_STREAM)) {
      this.#end(parseStreamError(element, this.stage))
      return
    }
    if (element.getNS() === NS_FRAMING) {
      if (element.name === 'close') this.#closedByPeer()
      return
    }
    // Prosody says it in the features before the sign-in, and not always in those behind it.
    if (element.name === 'stream:features') this.maxBytes = parseMaxBytes(element) ?? this.maxBytes
    this.#queue.push(element)
    this.#wakeReader()
  }

  #closedByPeer(): void {
    this.#trace.note(this.stage, 'the server closed the stream')
    this.#end(connectionLost(this.stage))
  }

  #end(failure: Failure): void {
    if (this.#ended) return
    this.#ended = failure
    this.#wakeReader()
  }

  #wakeReader(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  #pause(paused: boolean): void {
    this.#paused = paused
    if (paused) this.transport.pause()
    else this.transport.resume()
  }
}

function connectionLost(stage: Stage, cause?: Error): Failure {
  return new Failure('connection-lost', 'The connection to the server was lost', EXIT.temporary, {
    stage,
    ...(cause && {cause}),
  })
}

function badXml(stage: Stage, cause: Error): Failure {
  return new Failure('bad-xml', 'The server sent something that is not XML', EXIT.protocol, {
    stage,
    cause,
  })
}

const STREAM_ERRORS: Record<string, [exitCode: number, message: string]> = {
  conflict: [EXIT.unavailable, 'The server ended the session because another one took its place'],
  'connection-timeout': [EXIT.temporary, 'The server gave up on the connection'],
  'host-gone': [EXIT.noHost, 'The server does not serve this domain any more'],
  'host-unknown': [EXIT.noHost, 'The server does not serve this domain'],
  'internal-server-error': [EXIT.temporary, 'The server failed inside'],
  'not-authorized': [EXIT.noPermission, 'The server did not accept the stream before signing in'],
  'policy-violation': [EXIT.unavailable, 'The server ended the session: against its policy'],
  reset: [EXIT.temporary, 'The server asks to connect again'],
  'resource-constraint': [EXIT.temporary, 'The server has no room for another session at present'],
  'see-other-host': [EXIT.temporary, 'The server sends us to another host'],
  'system-shutdown': [EXIT.temporary, 'The server is shutting down'],
}

/** RFC 6120 §4.9.3. */
function parseStreamError(element: Element, stage: Stage): Failure {
  const condition =
    element
      .getChildElements()
      .find((child) => child.getNS() === NS_STREAM_ERRORS && child.name !== 'text')?.name ??
    'undefined-condition'
  const [exitCode, message] = STREAM_ERRORS[condition] ?? [
    EXIT.protocol,
    'The server ended the stream with an error',
  ]
  const text =
    element.getChildText('text', NS_STREAM_ERRORS) ??
    element.getChildText(condition, NS_STREAM_ERRORS)
  return new Failure(condition, message, exitCode, {stage, condition, ...(text && {text})})
}
