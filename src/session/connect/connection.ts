/** Opens an encrypted connection for an account: resolve, dial, TLS (RFC 6120 §3 and §5, XEP-0368, RFC 7395). */
import type {SecureContext, TLSSocket} from 'node:tls'
import {Failure, type Stage} from '../../errors.ts'
import type {Trace} from '../stream/trace.ts'
import {type Transport, tcpTransport} from '../stream/transport.ts'
import {requestTls} from '../tls/starttls.ts'
import {channelBinding, checkTrust, connectTls, secureContext} from '../tls/tls.ts'
import type {Account, Endpoint} from '../types.ts'
import {type DialResult, dial, listed} from './dial.ts'
import {resolve} from './resolve.ts'
import {toSeeOtherHost} from './see-other-host.ts'

export interface Connection {
  transport: Transport
  endpoint: Endpoint
  tls: TLSSocket
  /** Names of the TLS version and cipher suite; saved because a closed socket no longer has them. */
  protocol: string
  cipher: string
  /** tls-exporter data (RFC 9266), if available. */
  binding: Buffer | undefined
}

export interface ConnectContext {
  signal: AbortSignal
  trace: Trace
  enter(stage: Stage, peer?: string): void
  /** Called when the TCP connection is open. */
  connected?(endpoint: Endpoint): void
}

/** @param known the endpoint of the last run, if it was found by DNS */
export async function openConnection(
  account: Account,
  context: ConnectContext,
  known?: Endpoint,
): Promise<Connection> {
  const {trust} = account
  checkTrust(trust)
  const connecting = {...context, known}
  if (trust.ca === undefined) return connectTo(account, connecting, false)
  try {
    // Loading all roots is slow, and a user who adds a CA nearly always has a server with a certificate of that CA.
    return await connectTo(account, connecting, true)
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'certificate-untrusted') throw error
    context.trace.note('tls', 'the added CA did not sign this certificate; trying all others')
    return connectTo(account, connecting, false)
  }
}

async function connectTo(
  account: Account,
  {known, ...connecting}: ConnectContext & {known: Endpoint | undefined},
  addedOnly: boolean,
): Promise<Connection> {
  const {trust} = account
  const {enter, signal, trace} = connecting
  let made: SecureContext | undefined
  const context = (): SecureContext => (made ??= secureContext(trust, addedOnly))
  const dialled = await connectToDomain(account, {...connecting, known, whileConnecting: context})
  connecting.connected?.(dialled.endpoint)
  const peer = formatEndpoint(dialled.endpoint)
  trace.note('connect', `connected to ${peer}`)
  enter('tls', peer)
  return encrypt(dialled, account, {context: context(), signal, trace})
}

/** Starts TLS on a connection and verifies the certificate; destroys the socket on failure. */
export async function encrypt(
  {endpoint, socket}: DialResult,
  {jid, trust}: Pick<Account, 'jid' | 'trust'>,
  {context, signal, trace}: {context: SecureContext; signal: AbortSignal; trace: Trace},
): Promise<Connection> {
  const {host, kind, url} = endpoint
  if (kind === 'starttls') {
    await requestTls(socket, jid.domain, trace, signal).catch((error: unknown) => {
      throw toSeeOtherHost(error, kind)
    })
  }
  const tls = await connectTls(socket, trust, {
    signal,
    context,
    ...(kind === 'tls' && {alpn: 'xmpp-client'}),
    ...(kind === 'wss' && {host}),
  })
  const protocol = tls.getProtocol() ?? ''
  const cipher = tls.getCipher().standardName
  trace.note('tls', `${protocol} with ${cipher}`)
  return {
    endpoint,
    tls,
    protocol,
    cipher,
    // With a WebSocket, TLS may end at a web server in front of the XMPP server, which cannot know the data.
    binding: kind === 'wss' ? undefined : channelBinding(tls),
    transport: url ? await overWebSocket(tls, url, signal) : tcpTransport(tls),
  }
}

/** Loaded only when needed, because loading takes time. */
async function overWebSocket(tls: TLSSocket, url: string, signal: AbortSignal) {
  const {webSocketTransport} = await import('../stream/websocket.ts')
  return webSocketTransport(tls, url, signal)
}

/** Milliseconds for the endpoint of the last run to answer: more than any round trip on earth needs. */
const KNOWN_ENDPOINT_TIMEOUT = 1000

export interface DomainContext extends ConnectContext {
  known: Endpoint | undefined
  /** Computation to run while a connection attempt waits for the network. */
  whileConnecting: () => void
}

/** RFC 6120 §3.2: tries the endpoint of the last run, then those from DNS. */
export async function connectToDomain(
  {jid, proxy, server, trust}: Account,
  {enter, known, whileConnecting: meanwhile, signal, trace}: DomainContext,
): Promise<DialResult> {
  if (known) {
    const peer = formatEndpoint(known)
    enter('connect', peer)
    trace.note('connect', `trying ${peer}, where it was the last time`)
    const limited = AbortSignal.any([signal, AbortSignal.timeout(KNOWN_ENDPOINT_TIMEOUT)])
    try {
      return await dial([known], {signal: limited, whileConnecting: meanwhile})
    } catch {
      signal.throwIfAborted()
      trace.note('connect', 'the server no longer answers there')
    }
  }
  const through = proxy === undefined ? {} : {proxy}
  enter('resolve')
  const endpoints = await resolve(jid.domain, server, {signal, trust, ...through})
  const asked = proxy !== undefined && server === undefined ? ' through the proxy, without DNS' : ''
  trace.note('resolve', `trying ${endpoints.map(formatEndpoint).join(', ')}${asked}`)
  enter('connect', listed(endpoints.map(formatEndpoint)))
  return dial(endpoints, {signal, whileConnecting: meanwhile, ...through})
}

export const formatEndpoint = ({host, kind, name, port, url}: Endpoint): string =>
  url ?? `${name === undefined ? host : `${name} [${host}]`}:${port} (${kind})`
