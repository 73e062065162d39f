/** RFC 6120 §4: XML Streams <https://www.rfc-editor.org/rfc/rfc6120#section-4>, and RFC 7395 for WebSocket. */
import {Client} from '@xmpp/client-core'
import ConnectionTCP from '@xmpp/connection-tcp'
import ConnectionWebSocket from '@xmpp/websocket/lib/Connection.js'
import {AsyncQueue} from '../../async-queue.ts'
import {Failure, type Stage, toFailure} from '../../errors.ts'
import {type Element, serialize} from '../../xml.ts'
import {badXml, connectionLost, notXmpp, parseStreamError, tooLarge} from './stream-errors.ts'
import {maxCharacters, parseMaxBytes} from './stream-limits.ts'
import {FramedParser, StreamParser} from './stream-parser.ts'
import type {Trace} from './trace.ts'
import type {Transport} from './transport.ts'

export const NS_CLIENT = 'jabber:client'
const NS_STREAM = 'http://etherx.jabber.org/streams'
const NS_FRAMING = 'urn:ietf:params:xml:ns:xmpp-framing'

// The number of unread elements at which the socket is paused.
const HIGH_WATER = 256

export interface StreamOptions {
  domain: string
  /** Only on an encrypted connection (§4.7.1). */
  from?: string | undefined
}

/**
 * The `Client` of xmpp.js over a connection that is already open and encrypted. Its negotiation sends and restarts the
 * stream; elements leave together by `flush`, and are read one at a time.
 */
export class XmlStream extends Client {
  /** Part of every error and every trace line. */
  stage: Stage = 'auth'
  /** The largest stanza that the server accepts, once announced (XEP-0478). */
  maxBytes: number | undefined
  readonly transport: Transport
  readonly #trace: Trace
  #flight: string[] = []
  readonly #queue = new AsyncQueue<Element>()
  #ended: Failure | undefined
  #paused = false
  #opened = false
  #from: string | undefined
  #closing = false

  constructor(transport: Transport, trace: Trace) {
    super({})
    this.timeout = 0 // the deadline of the session applies
    this.transport = transport
    this.#trace = trace
    this.Transport = this.#framed ? ConnectionWebSocket : ConnectionTCP
    this.Parser = this.#framed ? FramedParser : StreamParser
    this.on('open', (header: Element) => this.#receiveHeader(header))
    this.on('close', () => this.#closedByPeer())
    this.on('error', (error: unknown) => this.fail(toFailure(error, this.stage)))
    transport.listen(
      (text) => this._onData(text),
      (error) => this.fail(error instanceof Failure ? error : connectionLost(this.stage, error)),
    )
  }

  get #framed(): boolean {
    return this.transport.framing === 'message'
  }

  /** Starts the stream, or starts it over (§4.3.3): adds its header to the flight. Never rejects: `read` does. */
  override async open({domain, from = this.#from}: StreamOptions): Promise<void> {
    this._detachParser()
    this.options.domain = domain
    this.#from = from
    await super.open({domain}).catch(() => {})
  }

  /** Without xml:lang, which would apply to every message without its own (§4.7.4): the language is unknown. */
  override header(element: Element): string {
    const {to, version, 'xml:lang': _, ...rest} = element.attrs
    element.attrs = {...rest, from: this.#from, to, version}
    if (!this.#framed) element.attrs.xmlns = NS_CLIENT
    this.#trace.sent(this.stage, element)
    const text = super.header(element)
    // After white space of the old stream, a second declaration would be an error.
    const isRestart = this.#opened
    this.#opened = true
    return isRestart ? text.replace(/^<\?xml[^>]*>/, '') : text
  }

  override async restart(): Promise<void> {
    const opened = super.restart()
    this.emit('restart')
    await opened
  }

  /** For xmpp.js, which would write each element at once. */
  override async write(text: string): Promise<void> {
    this.#flight.push(text)
  }

  /** For the negotiation of xmpp.js; a listener of `sending` can still change the element. */
  override async send(element: Element): Promise<void> {
    this.emit('sending', element)
    this.push(element)
    this.emit('send', element)
  }

  /** Adds an element to the flight that the next `flush` sends. */
  push(element: Element): void {
    // A WebSocket message has no stream element around it to declare the namespace (RFC 7395 §3.3.3).
    if (this.#framed) element.attrs.xmlns ??= NS_CLIENT
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
    if (this.#opened && !this.#closing && !this.#framed) void this.transport.write([' '])
  }

  /** The next element; rejects with the `Failure` that ended the stream. */
  async read(): Promise<Element> {
    const element = await this.#queue.next()
    if (this.#paused && this.#queue.size === 0) this.#pause(false)
    return element
  }

  /** Whether unread data has arrived, even an incomplete element. */
  get unread(): boolean {
    const isInside = !this.#ended && (this.parser?.pending ?? 0) > 0
    return this.#queue.size > 0 || isInside
  }

  /** Whether the peer has closed the stream, or the connection was lost. */
  get ended(): boolean {
    return this.#ended !== undefined
  }

  /** Ends the stream at once: `read` rejects with the failure. */
  fail(failure: Failure): void {
    if (this.#ended) return
    this.#ended = failure
    this.#queue.end(failure)
  }

  /** Closes the stream (§4.4) and the connection, without waiting for the peer's own close. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    if (this.#opened && !this.transport.destroyed) {
      this.stage = 'close'
      const footer = String(this.footer(this.footerElement()))
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

  /** Upstream, data after an error throws, a character cut in two is garbled, and an element has no bound. */
  override _onData(text: string): void {
    if (this.#ended) return
    if (!this.parser) this._attachParser(new this.Parser())
    this.parser?.write(text)
    if ((this.parser?.pending ?? 0) > maxCharacters(this.stage)) this.fail(tooLarge(this.stage))
    if (!this.#paused && this.#queue.size >= HIGH_WATER) this.#pause(true)
  }

  override _attachParser(parser: StreamParser): void {
    parser.on('error', (error) => this.fail(badXml(this.stage, error)))
    super._attachParser(parser)
  }

  /** Checks the stream header of the server (§4.7, §4.8; RFC 7395 §3.3 and §3.4). */
  #receiveHeader(header: Element): void {
    const {from, version = '0', xmlns} = header.attrs as Record<string, string | undefined>
    this.#trace.received(this.stage, header)
    if (!this.#framed && !header.is('stream', NS_STREAM))
      this.fail(notXmpp(this.stage, `<${header.name}>, which is not XMPP`))
    else if (!this.#framed && xmlns !== undefined && xmlns !== NS_CLIENT)
      this.fail(notXmpp(this.stage, `a stream for ${xmlns}, not for clients`))
    // Without a version, the server sends no features to wait for (§4.7.5).
    else if (!(Number.parseInt(version, 10) >= 1))
      this.fail(notXmpp(this.stage, 'a version of XMPP older than 1.0'))
    else if (from !== undefined && from !== this.options.domain)
      this.#trace.note(this.stage, `the server calls itself ${from}`)
  }

  /** Upstream, every element passes the middleware, which parses its addresses and throws for an invalid one. */
  override _onElement(element: Element): void {
    // Data after the end of the stream is ignored, even from the same packet.
    if (this.#ended) return
    if (element.is('open', NS_FRAMING)) {
      this.parser?.emit('start', element)
      return
    }
    this.#trace.received(this.stage, element)
    if (element.is('error', NS_STREAM)) {
      this.fail(parseStreamError(element, this.stage))
      return
    }
    if (element.getNS() === NS_FRAMING) {
      if (element.name === 'close') this.parser?.emit('end')
      return
    }
    // Prosody announces it in the features before the sign-in, and not always in those after it.
    if (element.name === 'stream:features') this.maxBytes = parseMaxBytes(element) ?? this.maxBytes
    this.#queue.push(element)
  }

  #closedByPeer(): void {
    this.#trace.note(this.stage, 'the server closed the stream')
    this.fail(connectionLost(this.stage))
  }

  override isSecure(): boolean {
    return true
  }

  /** Upstream, sent for broken XML; here the reader of the stream closes it. */
  override async _streamError(): Promise<void> {}

  /** Upstream, parsed and rewritten, and an invalid address throws; `checkBound` reads the address. */
  override _jid(): null {
    return null
  }

  #pause(paused: boolean): void {
    this.#paused = paused
    if (paused) this.transport.pause()
    else this.transport.resume()
  }
}
