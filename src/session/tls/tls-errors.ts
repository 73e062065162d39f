/** Describes why a TLS handshake failed, from the errors of OpenSSL and the system. */
import {EXIT, Failure} from '../../errors.ts'

const LOST = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT'])

/** The errors of OpenSSL for bytes that are not TLS, in different versions. */
const PLAINTEXT = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'])

const SENTENCES: Record<string, string> = {
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 'does not offer XMPP on this port',
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'has no certificate for this domain',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION:
    'supports no TLS version that this client accepts (1.2 and 1.3)',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'supports only versions of TLS that are no longer safe',
}

export function handshakeFailure(domain: string, cause: unknown): Failure {
  const {code = '', message} = cause as NodeJS.ErrnoException
  if (LOST.has(code)) {
    return new Failure(
      'connection-lost',
      `The server of ${domain} closed the connection during the TLS handshake`,
      EXIT.temporary,
      {stage: 'tls', cause},
    )
  }
  if (PLAINTEXT.has(code)) {
    return tlsError(domain, 'answered without TLS', cause, {
      hint: 'If this is a STARTTLS port, use --server xmpp://…; xmpps://… is direct TLS',
    })
  }
  return tlsError(
    domain,
    SENTENCES[code] ?? `and the client found no common TLS settings (${code || message})`,
    cause,
  )
}

function tlsError(domain: string, what: string, cause: unknown, details = {}): Failure {
  const message = `The server of ${domain} ${what}`
  return new Failure('tls-error', message, EXIT.protocol, {stage: 'tls', cause, ...details})
}
