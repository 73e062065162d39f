/** RFC 6120 §8.3.3: the error replies of an address that does not have a feature. */
import {EXIT, Failure} from '../../errors.ts'
import {isBareUser} from '../../jid.ts'
import type {Element} from '../../xml.ts'

interface Feature {
  to: string
  /** The namespace of the answer. */
  namespace: string
  /** With the number of its XEP, such as "software version (XEP-0092)". */
  feature: string
}

export const UNSUPPORTED = ['feature-not-implemented', 'service-unavailable']

/** The payload of an answer. Throws `unsupported` (69), and `malformed-answer` (76) for any other payload. */
export async function payloadOf(
  answer: Promise<Element | undefined>,
  {feature, namespace, to}: Feature,
): Promise<Element> {
  const payload = await answer.catch((error: unknown) => {
    throw isUnsupported(error) ? unsupported(to, feature, error) : error
  })
  if (payload?.getNS() === namespace) return payload
  throw malformedAnswer(to, feature)
}

export function malformedAnswer(to: string, feature: string): Failure {
  const message = `${to} sent a malformed answer to the request for ${feature}`
  return new Failure('malformed-answer', message, EXIT.protocol, {stage: 'request'})
}

function isUnsupported(error: unknown): error is Failure {
  return error instanceof Failure && !error.retryable && UNSUPPORTED.includes(error.condition ?? '')
}

/** A server sends the same error for a client that is offline, and for an account that does not exist. */
function unsupported(to: string, feature: string, cause: Failure): Failure {
  const {condition, text} = cause
  const reason =
    condition === 'service-unavailable' && to.includes('@') ? 'is not available, or ' : ''
  return new Failure(
    'unsupported',
    `${to} ${reason}does not support ${feature}`,
    EXIT.unavailable,
    {stage: 'request', condition, text, cause, ...(isBareUser(to) && {hint: clientHint(to)})},
  )
}

/** A server answers requests for a bare JID itself. */
export const clientHint = (to: string): string => `Name a client of the user: ${to}/RESOURCE`
