/** RFC 6120 §4: XML Streams <https://www.rfc-editor.org/rfc/rfc6120#section-4>, and RFC 7395 for WebSocket. */
import {AsyncQueue} from '../../async-queue.ts'
import {Failure, type Stage} from '../../errors.ts'
import {type Element, Parser, serialize, xml} from '../../xml.ts'
import {badXml, connectionLost, notXmpp, parseStreamError, tooLarge} from './stream-errors.ts'
import {maxCharacters, parseMaxBytes} from './stream-limits.ts'
import type {Trace} from './trace.ts'
import type {Transport} from './transport.ts'

export const NS_CLIENT = 'jabber:client'
const NS_STREAM = 'http://etherx.jabber.org/streams'
const NS_FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'
const STREAM_TAG = `<stream:stream xmlns='${NS_CLIENT}' xmlns:stream='${NS_STREAM}'`

// The number of unread elements at which the socket is paused.
const HIGH_WATER = 256

export interface Header {
  to: string
  from?: string
}

/** One XML stream over a transport. Elements are pushed, sent together by `flush`, and read one at a time. */
export class XmlStream {
  /** Part of every error and every trace line. */
  stage: Stage = 'auth'
  /** The largest stanza that the server accepts, once announced (XEP-0478). */
  maxBytes: number | undefined
  readonly transport: Transport
  readonly #trace: Trace
  #parser: Parser | undefined
  #flight: string[] = []
  readonly #queue = new AsyncQueue<Element>()
  #ended: Failure | undefined
  #paused = false
  #opened = false
  #to = ''
  #closing = false

  constructor(transport: Transport, trace: Trace) {
    this.transport = transport
    this.#trace = trace
    transport.listen(
      (text) => this.#receive(text),
      (error) => this.#end(error instanceof Failure ? error : connectionLost(this.stage, error)),
    )
  }

  /** Starts the stream, or starts it over (§4.3.3). */
  header({from, to}: Header): void {
    // After white space of the old stream, a second declaration would be an error.
    const declaration = this.#opened ? '' : "<?xml version='1.0'?>"
    this.#opened = true
    this.#to = to
    // No xml:lang: it would apply to every message without its own (§4.7.4), and the language is unknown.
    const attrs = {from, to, version: '1.0'}
    if (this.transport.framing === 'message') {
      this.push(xml('open', {xmlns: NS_FRAMING, ...attrs}))
      return
    }
    this.#parser = this.#newParser()
    const open = xml('stream:stream', {xmlns: NS_CLIENT, 'xmlns:stream': NS_STREAM, ...attrs})
    this.#trace.sent(this.stage, open)
    this.#flight.push(`${declaration}${String(open).replace(/\/>$/, '>')}`)
  }

  /** Adds an element to the flight that the next `flush` sends. */
  push(element: Element): void {
    // A WebSocket message has no stream element around it to declare the namespace (RFC 7395 §3.3.3).
    if (this.transport.framing === 'message') element.attrs.xmlns ??= NS_CLIENT
    this.#trace.sent(this.stage, element)
    this.#flight.push(serialize(element))
  }

  /** Sends the pushed elements in one write; resolves when the transport can take more. */
  flush(): Promise<void> {
    const flight = this.#flight
    this.#flight = []
    return flight.length === 0 || this.#ended ? Promise.resolve() : this.transport.write(flight)
  }

  /**
   * Sends white space between elements (§4.6.1). A server with Nagle's algorithm delays its answer until its TLS tickets
   * are acknowledged, and this side delays the acknowledgement by 40 ms unless it sends data.
   */
  nudge(): void {
    if (this.#opened && !this.#closing && this.transport.framing === 'stream')
      void this.transport.write([' '])
  }

  /** The next element; rejects with the `Failure` that ended the stream. */
  async read(): Promise<Element> {
    const element = await this.#queue.next()
    if (this.#paused && this.#queue.size === 0) this.#pause(false)
    return element
  }

  /** Whether unread data has arrived, even an incomplete element. */
  get unread(): boolean {
    const isInside = !this.#ended && (this.#parser?.pending ?? 0) > 0
    return this.#queue.size > 0 || isInside
  }

  /** Whether the peer has closed the stream, or the connection was lost. */
  get ended(): boolean {
    return this.#ended !== undefined
  }

  /** Ends the stream at once: `read` rejects with the failure. */
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

  /** Drops the connection without closing the stream, which can be resumed over another one. */
  abandon(): void {
    this.#closing = true
    this.transport.destroy()
  }

  #newParser(): Parser {
    const parser = new Parser({stream: true})
    const framed = this.transport.framing === 'message'
    if (!framed) parser.on('start', (header) => this.#receiveHeader(header))
    parser.on('element', (element) => this.#receiveElement(element))
    parser.on('error', (error) => this.#end(badXml(this.stage, error)))
    parser.on('end', () => this.#closedByPeer())
    if (framed) parser.write(`${STREAM_TAG}>`)
    return parser
  }

  #receive(text: string): void {
    if (this.#ended) return
    this.#parser ??= this.#newParser()
    this.#parser.write(text)
    if (this.#parser.pending > maxCharacters(this.stage)) this.#end(tooLarge(this.stage))
    if (!this.#paused && this.#queue.size >= HIGH_WATER) this.#pause(true)
  }

  /** Checks the stream header of the server (§4.7, §4.8; RFC 7395 §3.3 and §3.4). */
  #receiveHeader(header: Element): void {
    const {from, version = '0', xmlns} = header.attrs as Record<string, string | undefined>
    this.#trace.received(this.stage, header)
    const framed = this.transport.framing === 'message'
    if (!framed && !header.is('stream', NS_STREAM))
      this.#end(notXmpp(this.stage, `<${header.name}>, which is not XMPP`))
    else if (!framed && xmlns !== undefined && xmlns !== NS_CLIENT)
      this.#end(notXmpp(this.stage, `a stream for ${xmlns}, not for clients`))
    // Without a version, the server sends no features to wait for (§4.7.5).
    else if (!(Number.parseInt(version, 10) >= 1))
      this.#end(notXmpp(this.stage, 'a version of XMPP older than 1.0'))
    else if (from !== undefined && from !== this.#to)
      this.#trace.note(this.stage, `the server calls itself ${from}`)
  }

  #receiveElement(element: Element): void {
    // Data after the end of the stream is ignored, even from the same packet.
    if (this.#ended) return
    if (element.is('open', NS_FRAMING)) {
      this.#receiveHeader(element)
      return
    }
    this.#trace.received(this.stage, element)
    if (element.is('error', NS_STREAM)) {
      this.#end(parseStreamError(element, this.stage))
      return
    }
    if (element.getNS() === NS_FRAMING) {
      if (element.name === 'close') this.#closedByPeer()
      return
    }
    // Prosody announces it in the features before the sign-in, and not always in those after it.
    if (element.name === 'stream:features') this.maxBytes = parseMaxBytes(element) ?? this.maxBytes
    this.#queue.push(element)
  }

  #closedByPeer(): void {
    this.#trace.note(this.stage, 'the server closed the stream')
    this.#end(connectionLost(this.stage))
  }

  #end(failure: Failure): void {
    if (this.#ended) return
    this.#ended = failure
    this.#queue.end(failure)
  }

  #pause(paused: boolean): void {
    this.#paused = paused
    if (paused) this.transport.pause()
    else this.transport.resume()
  }
}
