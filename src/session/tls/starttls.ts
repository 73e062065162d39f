/** RFC 6120 §5: STARTTLS Negotiation <https://www.rfc-editor.org/rfc/rfc6120#section-5>: always required. */
import {addAbortListener} from 'node:events'
import type {Socket} from 'node:net'
import {EXIT, Failure} from '../../errors.ts'
import {xml} from '../../xml.ts'
import {XmlStream} from '../stream/stream.ts'
import type {Trace} from '../stream/trace.ts'
import {tcpTransport} from '../stream/transport.ts'

const NS_TLS = 'urn:ietf:params:xml:ns:xmpp-tls'

/** Requests TLS on a plain connection; resolves when the handshake can begin on the same socket. */
export async function requestTls(
  socket: Socket,
  domain: string,
  trace: Trace,
  signal: AbortSignal,
): Promise<void> {
  const transport = tcpTransport(socket)
  const stream = new XmlStream(transport, trace)
  stream.stage = 'tls'
  let hasHeader = false
  stream.once('open', () => {
    hasHeader = true
  })
  using _ = addAbortListener(signal, () => stream.fail(signal.reason as Failure))
  try {
    void stream.open({domain}) // without `from`: the connection is not encrypted yet (§4.7.1)
    void stream.flush()
    const features = await stream.read().catch((error: Failure) => {
      throw hasHeader ? error : withHint(error)
    })
    if (!features.getChild('starttls', NS_TLS)) throw noTls('The server offers no encryption')
    stream.push(xml('starttls', {xmlns: NS_TLS}))
    void stream.flush()
    const answer = await stream.read()
    if (!answer.is('proceed', NS_TLS)) throw noTls('The server refused encryption')
  } catch (error) {
    socket.destroy()
    throw error
  }
  // Unencrypted data after <proceed/> may come from an attacker and must not be read as part of the TLS connection.
  if (!transport.release() || stream.unread || stream.ended) {
    socket.destroy()
    throw noTls('The server sent unencrypted data after it had accepted encryption')
  }
}

/** A port for direct TLS closes a connection that begins in clear, or answers with a TLS alert. */
const withHint = (error: Failure): Failure =>
  error.code === 'connection-lost' || error.code === 'bad-xml'
    ? error.with({
        hint: 'If this is a port for direct TLS, use --server xmpps://…; xmpp://… is STARTTLS',
      })
    : error

function noTls(message: string): Failure {
  return new Failure('no-encryption', message, EXIT.protocol, {
    stage: 'tls',
    hint: 'An attacker on the network may have removed the offer. Try --server xmpps://HOST if the server has direct TLS',
  })
}
