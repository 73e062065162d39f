/** Opens an encrypted connection for an account: resolve, dial, TLS (RFC 6120 §3 and §5, XEP-0368, RFC 7395). */
import type {SecureContext, TLSSocket} from 'node:tls'
import {Failure} from '../../errors.ts'
import type {Trace} from '../stream/trace.ts'
import {type Transport, tcpTransport} from '../stream/transport.ts'
import {requestTls} from '../tls/starttls.ts'
import {channelBinding, checkTrust, connectTls, secureContext} from '../tls/tls.ts'
import type {Account, Endpoint} from '../types.ts'
import type {Attempt} from './attempt.ts'
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

/** @param known the endpoint of the last run, if it was found by DNS */
export async function openConnection(
  account: Account,
  run: Attempt,
  known?: Endpoint,
): Promise<Connection> {
  const {trust} = account
  checkTrust(trust)
  if (trust.ca === undefined) return connectTo(account, run, {known, addedOnly: false})
  try {
    // Loading all roots is slow, and a user who adds a CA nearly always has a server with a certificate of that CA.
    return await connectTo(account, run, {known, addedOnly: true})
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'certificate-untrusted') throw error
    run.trace.note('tls', 'the added CA did not sign this certificate; trying all others')
    return connectTo(account, run, {known, addedOnly: false})
  }
}

async function connectTo(
  account: Account,
  run: Attempt,
  {addedOnly, known}: {addedOnly: boolean; known: Endpoint | undefined},
): Promise<Connection> {
  const {deadline, servers, trace} = run
  let made: SecureContext | undefined
  const context = (): SecureContext => (made ??= secureContext(account.trust, addedOnly))
  const dialled = await connectToDomain(account, run, {known, whileConnecting: context})
  servers.connected(dialled.endpoint.server)
  deadline.peer = formatEndpoint(dialled.endpoint)
  trace.note('connect', `connected to ${deadline.peer}`)
  deadline.stage = 'tls'
  return encrypt(dialled, account, {context: context(), signal: deadline.signal, trace})
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
    alpn: kind === 'tls' ? 'xmpp-client' : undefined,
    host: kind === 'wss' ? host : undefined,
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

/**
 * RFC 6120 §3.2: tries the endpoint of the last run, then those from DNS.
 *
 * @param whileConnecting computation to run while a connection attempt waits for the network
 */
async function connectToDomain(
  {jid, proxy, server, trust}: Account,
  {deadline, trace}: Attempt,
  {known, whileConnecting}: {known: Endpoint | undefined; whileConnecting: () => void},
): Promise<DialResult> {
  const {signal} = deadline
  if (known) {
    deadline.stage = 'connect'
    deadline.peer = formatEndpoint(known)
    trace.note('connect', `trying ${deadline.peer}, where it was the last time`)
    const limited = AbortSignal.any([signal, AbortSignal.timeout(KNOWN_ENDPOINT_TIMEOUT)])
    try {
      return await dial([known], {signal: limited, whileConnecting})
    } catch {
      signal.throwIfAborted()
      trace.note('connect', 'the server no longer answers there')
    }
  }
  deadline.stage = 'resolve'
  const endpoints = await resolve(jid.domain, server, {signal, trust, proxy})
  const asked = proxy !== undefined && server === undefined ? ' through the proxy, without DNS' : ''
  trace.note('resolve', `trying ${endpoints.map(formatEndpoint).join(', ')}${asked}`)
  deadline.stage = 'connect'
  deadline.peer = listed(endpoints.map(formatEndpoint))
  return dial(endpoints, {signal, whileConnecting, proxy})
}

export const formatEndpoint = ({host, kind, name, port, url}: Endpoint): string =>
  url ?? `${name === undefined ? host : `${name} [${host}]`}:${port} (${kind})`
