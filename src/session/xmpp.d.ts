/** The parts of xmpp.js 0.14.0 that the session uses; they have no types of their own. */

declare module '@xmpp/client-core' {
  import type {EventEmitter} from 'node:events'
  import type {Element} from '@xmpp/xml'

  /** An XML stream. XmlStream overrides the methods that have a comment. */
  export class Client extends EventEmitter {
    constructor(options: object)
    options: {domain?: string}
    timeout: number
    /** Set directly: `connect` would open a socket, and the connection is already open and encrypted. */
    Transport: typeof Client
    Parser: new () => import('./stream/stream-parser.ts').StreamParser
    parser: import('./stream/stream-parser.ts').StreamParser | null
    /** The address of the stream is set in `header`; upstream rewrites it. */
    header(element: Element): string
    headerElement(): Element
    footer(element: Element | undefined): string
    footerElement(): Element | undefined
    /** The failure is returned by `read` and not by this promise, which xmpp.js leaves unanswered. */
    open(options: {domain: string}): Promise<unknown>
    /** Announces that the header is in the flight. */
    restart(): Promise<unknown>
    /** One flight, not one write for each element. */
    write(text: string): Promise<void>
    /** Corrects what xmpp.js sends in a negotiation. */
    send(element: Element): Promise<void>
    /** The connection is encrypted, but xmpp.js does not know its socket. */
    isSecure(): boolean
    /** Upstream throws for data after an error, and sets no bound. */
    _onData(text: string): void
    /** Upstream passes every element to the middleware, which throws for an invalid address. */
    _onElement(element: Element): void
    /** Reports broken XML before upstream answers it. */
    _attachParser(parser: import('./stream/stream-parser.ts').StreamParser): void
    _detachParser(): void
    /** Upstream answers broken XML and closes the stream by itself. */
    _streamError(): Promise<void>
    /** Upstream rewrites the address, and throws for an invalid one. */
    _jid(jid: string): null
  }
}

declare module '@xmpp/connection-tcp' {
  export {Client as default} from '@xmpp/client-core'
}

declare module '@xmpp/websocket/lib/Connection.js' {
  export {Client as default} from '@xmpp/client-core'
}

declare module '@xmpp/middleware' {
  export interface Middleware {
    use(handler: (...args: never) => unknown): void
  }
  export default function createMiddleware(parts: {
    entity: import('node:events').EventEmitter
  }): Middleware
}

declare module '@xmpp/iq/callee.js' {
  export default function createIqCallee(parts: {
    middleware: import('@xmpp/middleware').Middleware
    entity: import('node:events').EventEmitter
  }): import('../xml.ts').IqCallee
}

declare module '@xmpp/stream-features' {
  export interface StreamFeatures {
    use(name: string, namespace: string, handler: (...args: never) => unknown): void
  }
  export default function createStreamFeatures(parts: {
    middleware: import('@xmpp/middleware').Middleware
  }): StreamFeatures
}

declare module 'saslmechanisms' {
  export interface SaslExchange {
    name: string
    clientFirst: boolean
    challenge(text: string): void
    response(): string
  }
  export default class SASLFactory {
    use(name: string, mechanism: new () => SaslExchange): void
  }
}

declare module '@xmpp/client/lib/createOnAuthenticate.js' {
  import type {Element} from '@xmpp/xml'

  interface XmppCredentials {
    username: string
    token?: {mechanism: string; token: string; expiry: string} | undefined
  }
  export type OnAuthenticate = (...args: never) => Promise<void>
  export default function createOnAuthenticate(
    credentials: XmppCredentials,
    userAgent?: Element,
  ): OnAuthenticate
}

declare module '@xmpp/sasl' {
  import type {OnAuthenticate} from '@xmpp/client/lib/createOnAuthenticate.js'
  import type {StreamFeatures} from '@xmpp/stream-features'
  import type SASLFactory from 'saslmechanisms'

  export interface SaslParts {
    saslFactory: SASLFactory
    streamFeatures: StreamFeatures
  }
  export default function createSasl(parts: SaslParts, onAuthenticate: OnAuthenticate): void
}

declare module '@xmpp/sasl2' {
  import type {OnAuthenticate} from '@xmpp/client/lib/createOnAuthenticate.js'
  import type {SaslParts} from '@xmpp/sasl'

  export interface Sasl2 {
    setup(parts: {fast: object}): void
  }
  export default function createSasl2(parts: SaslParts, onAuthenticate: OnAuthenticate): Sasl2
}

declare module '@xmpp/client-core/src/fast/fast.js' {
  import type {Client} from '@xmpp/client-core'
  import type {Sasl2} from '@xmpp/sasl2'
  import type SASLFactory from 'saslmechanisms'

  export interface Fast {
    saslFactory: SASLFactory
    /** The state directory keeps tokens. */
    saveToken(token: {mechanism: string; token?: string; expiry?: string}): Promise<void>
  }
  export default function createFast(parts: {sasl2: Sasl2; entity: Client}): Fast
}

declare module '@xmpp/client-core/src/bind2/bind2.js' {
  import type {Client} from '@xmpp/client-core'
  import type {Sasl2} from '@xmpp/sasl2'

  export default function createBind2(parts: {sasl2: Sasl2; entity: Client}): void
}
