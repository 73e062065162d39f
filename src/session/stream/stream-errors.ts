/** RFC 6120 §4.9: Stream Errors <https://www.rfc-editor.org/rfc/rfc6120#section-4.9>, sent by the server or found by the client. */
import {EXIT, Failure, type Stage} from '../../errors.ts'
import {tableOf} from '../../table-of.ts'
import {conditionIn, type Element, INTERNAL_ERROR} from '../../xml.ts'

const NS_STREAM_ERRORS = 'urn:ietf:params:xml:ns:xmpp-streams'

export function connectionLost(stage: Stage, cause?: Error): Failure {
  return new Failure('connection-lost', 'The connection to the server was lost', EXIT.temporary, {
    stage,
    cause,
  })
}

export function badXml(stage: Stage, cause: Error): Failure {
  const message = `The server sent invalid XML: ${cause.message}`
  return protocolError('bad-xml', message.replace(/\.$/, ''), stage)
}

export const notXmpp = (stage: Stage, what: string): Failure =>
  protocolError('not-xmpp', `The server answered with ${what}`, stage)

export const tooLarge = (stage: Stage): Failure =>
  protocolError('too-large', 'The server sent an element that is too large', stage)

const protocolError = (code: string, message: string, stage: Stage): Failure =>
  new Failure(code, message, EXIT.protocol, {stage})

const STREAM_ERRORS = tableOf<[exitCode: number, message: string]>({
  conflict: [EXIT.protocol, 'The server ended the session because another one replaced it'],
  'connection-timeout': [
    EXIT.temporary,
    'The server closed the connection because it received nothing for too long',
  ],
  'host-gone': [EXIT.noHost, 'The server no longer serves this domain'],
  'host-unknown': [EXIT.noHost, 'The server does not serve this domain'],
  'internal-server-error': [EXIT.temporary, INTERNAL_ERROR],
  'not-authorized': [EXIT.noPermission, 'The server rejected the stream before the sign-in'],
  'policy-violation': [EXIT.protocol, 'The server ended the session because of a policy violation'],
  reset: [EXIT.temporary, 'The server asks the client to reconnect'],
  'resource-constraint': [
    EXIT.temporary,
    'The server does not have enough resources for the session at the moment',
  ],
  'see-other-host': [EXIT.temporary, 'The server redirects the client to another host'],
  'system-shutdown': [EXIT.temporary, 'The server is shutting down'],
})

// After fewer stanzas, the violation has another cause, and a reconnection would end the same way.
const MIN_RECEIVED = 100

/** §4.9.3. */
export function parseStreamError(element: Element, stage: Stage): Failure {
  const condition = conditionIn(element, NS_STREAM_ERRORS) ?? 'undefined-condition'
  const [exitCode, message] = STREAM_ERRORS.get(condition) ?? [
    EXIT.protocol,
    'The server ended the stream with an error',
  ]
  const words = condition === 'see-other-host' ? condition : 'text' // the host is in it, §4.9.3.19
  const text = element.getChildText(words, NS_STREAM_ERRORS)
  return new Failure(condition, message, exitCode, {stage, condition, text: text || undefined})
}

/**
 * Whether to reconnect after this failure. ejabberd reports a policy violation when too many stanzas are
 * unacknowledged; a new session can fetch the missed messages from the archive.
 *
 * @param received the number of stanzas received on the connection
 */
export const isFollowable = ({condition, retryable}: Failure, received: number): boolean =>
  retryable || (condition === 'policy-violation' && received > MIN_RECEIVED)
