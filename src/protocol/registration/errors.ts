/** XEP-0077 §3.1: the errors of a registration. Servers use few conditions, and give details only in their text. */
import {EXIT, Failure, type FailureDetails} from '../../errors.ts'

const CLOSED = ['service-unavailable', 'feature-not-implemented', 'not-allowed', 'forbidden']
const INVITED =
  'Ask the administrator of the server for an account or an invitation (--token), or see its web site'

/** Translates the error of the request for the form. */
export function formRefusal(error: unknown): never {
  if (!(error instanceof Failure) || !error.condition || error.retryable) throw error
  if (CLOSED.includes(error.condition) || error.condition === 'not-acceptable')
    throw closed(detailsOf(error))
  throw error
}

/** Translates the error of the submitted form: the username, the password, the CAPTCHA, or the form as a whole. */
export function registrationError(error: unknown, form: {fields: {media: string[]}[]}): never {
  if (!(error instanceof Failure) || !error.condition) throw error
  const {condition, exitCode, retryable, text = ''} = error
  const translated = (message: string, hint: string, code = condition, exit = exitCode): Failure =>
    new Failure(code, message, exit, {...detailsOf(error), hint})
  if (condition === 'conflict')
    throw translated(
      'The username is taken',
      'Choose another username, or sign in with the password of this account',
      condition,
      EXIT.cannotCreate,
    )
  if (retryable || condition === 'resource-constraint')
    throw translated(
      'The server does not create accounts at the moment',
      'Try again later',
      condition,
      EXIT.temporary,
    )
  const hasCaptcha = form.fields.some(({media}) => media.length > 0)
  if (/captcha/i.test(text) || (hasCaptcha && condition === 'not-allowed'))
    throw translated(
      'The server rejected the answer to its CAPTCHA',
      'Try again: each form has a new CAPTCHA',
      'captcha-failed',
      EXIT.data,
    )
  if (/invit/i.test(text) || condition === 'not-authorized')
    throw translated(
      'The server requires an invitation',
      INVITED,
      'no-registration',
      EXIT.unavailable,
    )
  if (/password/i.test(text))
    throw translated(
      'The server does not accept the password',
      'Choose another one: --generate-password',
    )
  if (condition === 'jid-malformed' || /username/i.test(text))
    throw translated('The server does not accept the username', 'Choose another one')
  if (condition === 'redirect' || condition === 'gone')
    throw translated('The server registers accounts elsewhere', INVITED)
  if (condition === 'not-acceptable' || condition === 'bad-request')
    throw translated(
      'The server does not accept the answers',
      'It may require more answers: --field',
    )
  if (CLOSED.includes(condition))
    throw translated(
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
    'The server does not allow registration',
    EXIT.unavailable,
    {stage: 'request', hint: INVITED, ...details},
  )
}

/** A form without this field cannot create the requested account. */
export function usernameUnavailable(field: string): Failure {
  const message = `The form of the server has no field for the ${field}`
  return new Failure('no-registration', message, EXIT.unavailable, {
    stage: 'request',
    hint: INVITED,
  })
}

export function formIncomplete(): Failure {
  const message = 'The server requires a second form, which is not supported'
  return new Failure('no-registration', message, EXIT.unavailable, {
    stage: 'request',
    hint: INVITED,
  })
}

function detailsOf(error: Failure): FailureDetails {
  const {condition, stage, text} = error
  return {condition, stage, text, cause: error}
}
