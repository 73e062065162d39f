/**
 * TLS with the same rules for every kind of connection: direct (XEP-0368), STARTTLS
 * (RFC 6120 §5) or WebSocket. The certificate must be for the domain of the JID (RFC 6120 §13.7.2).
 */
import type {X509Certificate} from 'node:crypto'
import {once} from 'node:events'
import net, {type Socket} from 'node:net'
import tls from 'node:tls'
import {EXIT, Failure} from '../../errors.ts'
import {isIpAddress} from '../../ip-address.ts'
import {asciiHost} from '../../jid.ts'
import type {Trust} from '../types.ts'
import {caStoreWith, certificatesIn} from './ca-store.ts'
import {
  matchesDomain,
  nameMismatch,
  parsePin,
  pinMismatch,
  pinOf,
  untrusted,
} from './certificate.ts'
import {handshakeFailure} from './tls-errors.ts'

export interface SecureOptions {
  signal: AbortSignal
  /** For direct TLS only: with STARTTLS the protocol is already known. */
  alpn?: 'xmpp-client' | undefined
  /** The result of `secureContext` for the same trust. */
  context?: tls.SecureContext
  /** The host of a WebSocket URL: sent as the server name; the certificate may be for it (XEP-0156). */
  host?: string | undefined
}

/**
 * The settings to verify a connection. Loading the roots takes longer than a handshake, so call this while the
 * connection attempt waits; `addedOnly` uses only the roots that the user added.
 */
export function secureContext(trust: Trust, addedOnly = false): tls.SecureContext {
  const {ca, cert, insecure, key, pin} = trust
  const unchecked = insecure || pin !== undefined // not checked against a CA
  return tls.createSecureContext({
    minVersion: 'TLSv1.2',
    ...(unchecked ? {ca: []} : ca !== undefined && {ca: addedOnly ? ca : caStoreWith(ca)}),
    cert,
    key,
  })
}

/** Checks the files and the pin of the user before the connection; throws a `Failure`. */
export function checkTrust({ca, pin, cert, key}: Trust): void {
  if (pin !== undefined) parsePin(pin)
  if (ca !== undefined) certificatesIn(ca)
  if (cert === undefined && key === undefined) return
  if (cert === undefined || key === undefined) {
    throw badClientCert('A client certificate needs its key, and a key its certificate')
  }
  if (key.includes('ENCRYPTED')) throw badClientCert('The client key is locked by a passphrase')
  try {
    tls.createSecureContext({cert, key})
  } catch (cause) {
    throw badClientCert('The client certificate and key are no PEM or no pair', cause)
  }
}

/**
 * Resolves with the encrypted and verified connection; the caller handles its later errors. Destroys the stream on
 * failure.
 */
export async function connectTls(
  stream: Socket,
  trust: Trust,
  {signal, alpn, context, host}: SecureOptions,
): Promise<tls.TLSSocket> {
  const names = namesOf(trust, host)
  const [servername = ''] = names
  let socket: tls.TLSSocket | undefined
  try {
    socket = connect({
      socket: stream,
      // verify() decides below, before the socket is used: after a rejection by Node, the certificate would no longer
      // be available for the error message
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(!isIpAddress(servername) && {servername}),
      secureContext: context ?? secureContext(trust),
      ...(alpn && {ALPNProtocols: [alpn]}),
    })
    await once(socket, 'secureConnect', {signal}).catch((error: unknown) => {
      signal.throwIfAborted()
      throw handshakeFailure(servername, error)
    })
    verify(socket, names, trust)
    if (alpn && socket.alpnProtocol && socket.alpnProtocol !== alpn) {
      throw tlsError(`${servername} selected a protocol other than XMPP`)
    }
    return socket
  } catch (error) {
    socket?.destroy()
    stream.destroy()
    throw error
  }
}

/**
 * Node tests whether the server name is an IP address, with a regular expression that takes 10 ms to compile. Only names
 * come here, so the test is skipped.
 */
function connect(options: tls.ConnectionOptions): tls.TLSSocket {
  const {isIP} = net
  Object.assign(net, {isIP: () => 0})
  try {
    return tls.connect(options)
  } finally {
    Object.assign(net, {isIP})
  }
}

const certificates = new WeakMap<tls.TLSSocket, X509Certificate>()

/** The certificate of the server. Node 20 returns it once only. */
export function peerCertificate(socket: tls.TLSSocket): X509Certificate | undefined {
  const certificate = certificates.get(socket) ?? socket.getPeerX509Certificate()
  if (certificate) certificates.set(socket, certificate)
  return certificate
}

/** RFC 9266: the data that binds a SASL exchange to this connection; undefined when it would not be safe. */
export function channelBinding(socket: tls.TLSSocket): Buffer | undefined {
  // TLS 1.2 needs the extended master secret, and Node does not report whether it is used
  if (socket.getProtocol() !== 'TLSv1.3') return
  return socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
}

/** The server name to send, then other names that the certificate may have. */
function namesOf({domain}: Trust, host = domain): string[] {
  return [...new Set([host, domain].map(asciiHost))]
}

function verify(socket: tls.TLSSocket, names: string[], {pin, insecure}: Trust): void {
  if (insecure && pin === undefined) return
  const [domain = ''] = names
  const certificate = peerCertificate(socket)
  if (!certificate) throw tlsError(`${domain} sent no certificate`)
  if (pin !== undefined) {
    if (!pinOf(certificate).equals(parsePin(pin))) throw pinMismatch(certificate, domain)
    return
  }
  if (!socket.authorized) throw untrusted(certificate, domain, String(socket.authorizationError))
  if (!names.some((name) => matchesDomain(certificate, name)))
    throw nameMismatch(certificate, domain)
}

function tlsError(message: string): Failure {
  return new Failure('tls-error', message, EXIT.protocol, {stage: 'tls'})
}

function badClientCert(message: string, cause?: unknown): Failure {
  return new Failure('bad-client-cert', message, EXIT.config, {
    hint: 'Check --client-cert and --client-key: both are PEM files, the key without a passphrase',
    cause,
  })
}
