/** XEP-0077 §3.1: why there is no account now. The conditions are few, so servers say the rest in words of their own. */
import {EXIT, Failure, type FailureDetails} from '../../errors.ts'

const CLOSED = ['service-unavailable', 'feature-not-implemented', 'not-allowed', 'forbidden']
const INVITED =
  'Ask who runs the server for an account or an invitation (--token), or see its web site'

/** Of the request for the form. */
export function formRefusal(error: unknown): never {
  if (!(error instanceof Failure) || !error.condition || error.retryable) throw error
  if (CLOSED.includes(error.condition) || error.condition === 'not-acceptable')
    throw closed(detailsOf(error))
  throw error
}

/** Of the answers: the name, the password, the CAPTCHA, or all of it. */
export function registrationError(error: unknown, form: {fields: {media: string[]}[]}): never {
  if (!(error instanceof Failure) || !error.condition) throw error
  const {condition, exitCode, retryable, text = ''} = error
  const told = (message: string, hint: string, code = condition, exit = exitCode): Failure =>
    new Failure(code, message, exit, {...detailsOf(error), hint})
  if (condition === 'conflict')
    throw told(
      'The username is taken',
      'Choose another one, or sign in with the password of this one',
      condition,
      EXIT.cannotCreate,
    )
  if (retryable || condition === 'resource-constraint')
    throw told(
      'The server creates no account at present',
      'Try again later',
      condition,
      EXIT.temporary,
    )
  const hasCaptcha = form.fields.some(({media}) => media.length > 0)
  if (/captcha/i.test(text) || (hasCaptcha && condition === 'not-allowed'))
    throw told(
      'The server did not take the answer to its CAPTCHA',
      'Try again: it asks something else each time',
      'captcha-failed',
      EXIT.data,
    )
  if (/invit/i.test(text) || condition === 'not-authorized')
    throw told('The server wants an invitation', INVITED, 'no-registration', EXIT.unavailable)
  if (/password/i.test(text))
    throw told('The server does not take the password', 'Choose another one: --generate-password')
  if (condition === 'jid-malformed' || /username/i.test(text))
    throw told('The server does not take the username', 'Choose another one')
  if (condition === 'redirect' || condition === 'gone')
    throw told('The server registers accounts elsewhere', INVITED)
  if (condition === 'not-acceptable' || condition === 'bad-request')
    throw told('The server does not take the answers', 'It may want more of them: --field')
  if (CLOSED.includes(condition))
    throw told(
      'The server refuses to create the account',
      INVITED,
      'no-registration',
      EXIT.unavailable,
    )
  throw error
}

export function closed(details: FailureDetails): Failure {
  return new Failure(
    'no-registration',
    'The server registers no accounts this way',
    EXIT.unavailable,
    {stage: 'request', hint: INVITED, ...details},
  )
}

/** Whatever such a form creates, it is not the account that was asked for. */
export function usernameUnavailable(field: string): Failure {
  const message = `The form of the server has no place for the ${field}`
  return new Failure('no-registration', message, EXIT.unavailable, {
    stage: 'request',
    hint: INVITED,
  })
}

export function formIncomplete(): Failure {
  const message = 'The server wants a further form, and this program fills in one'
  return new Failure('no-registration', message, EXIT.unavailable, {
    stage: 'request',
    hint: INVITED,
  })
}

function detailsOf(error: Failure): FailureDetails {
  const {condition, stage, text} = error
  return {condition, stage, text, cause: error}
}
