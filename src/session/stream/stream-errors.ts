/** RFC 6120 §4.9: Stream Errors <https://www.rfc-editor.org/rfc/rfc6120#section-4.9>, the server's and those that we find. */
import {EXIT, Failure, type Stage} from '../../errors.ts'
import {conditionIn, type Element, tableOf} from '../../xml.ts'

const NS_STREAM_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'

export function connectionLost(stage: Stage, cause?: Error): Failure {
  return new Failure('connection-lost', 'The connection to the server was lost', EXIT.temporary, {
    stage,
    ...(cause && {cause}),
  })
}

export function badXml(stage: Stage, cause: Error): Failure {
  const message = `The server sent something that is no XML of a stream: ${cause.message}`
  return protocolError('bad-xml', message.replace(/\.$/, ''), stage)
}

export const notXmpp = (stage: Stage, what: string): Failure =>
  protocolError('not-xmpp', `The server answered with ${what}`, stage)

export const tooLarge = (stage: Stage): Failure =>
  protocolError('too-large', 'The server sent something too large to take', stage)

const protocolError = (code: string, message: string, stage: Stage): Failure =>
  new Failure(code, message, EXIT.protocol, {stage})

const STREAM_ERRORS = tableOf<[exitCode: number, message: string]>({
  conflict: [EXIT.protocol, 'The server ended the session because another one took its place'],
  'connection-timeout': [EXIT.temporary, 'The server gave up on the connection'],
  'host-gone': [EXIT.noHost, 'The server does not serve this domain any more'],
  'host-unknown': [EXIT.noHost, 'The server does not serve this domain'],
  'internal-server-error': [EXIT.temporary, 'The server failed inside'],
  'not-authorized': [EXIT.noPermission, 'The server did not accept the stream before signing in'],
  'policy-violation': [EXIT.protocol, 'The server ended the session: against its policy'],
  reset: [EXIT.temporary, 'The server asks to connect again'],
  'resource-constraint': [EXIT.temporary, 'The server has no room for another session at present'],
  'see-other-host': [EXIT.temporary, 'The server sends us to another host'],
  'system-shutdown': [EXIT.temporary, 'The server is shutting down'],
})

// A server that ends sessions sooner has other reasons, and would do it for ever.
const FEW = 100

/** §4.9.3. */
export function parseStreamError(element: Element, stage: Stage): Failure {
  const condition = conditionIn(element, NS_STREAM_ERRORS) ?? 'undefined-condition'
  const [exitCode, message] = STREAM_ERRORS.get(condition) ?? [
    EXIT.protocol,
    'The server ended the stream with an error',
  ]
  const words = condition === 'see-other-host' ? condition : 'text' // the host is in it, §4.9.3.19
  const text = element.getChildText(words, NS_STREAM_ERRORS)
  return new Failure(condition, message, exitCode, {stage, condition, ...(text && {text})})
}

/**
 * Whether a session that ended so can be followed by another. To ejabberd it is against its policy when too much waits
 * to be acknowledged; a new session finds in the archive what the old one left.
 *
 * @param received how many stanzas came on the connection
 */
export const isFollowable = ({condition, retryable}: Failure, received: number): boolean =>
  retryable || (condition === 'policy-violation' && received > FEW)
