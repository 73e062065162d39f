/** RFC 6120 §6.5: SASL Errors <https://www.rfc-editor.org/rfc/rfc6120#section-6.5> */
import {EXIT, Failure} from '../../errors.ts'
import {tableOf} from '../../table-of.ts'
import {conditionIn, type Element} from '../../xml.ts'

const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'

const FAILURES = tableOf<[exitCode: number, message: string]>({
  aborted: [EXIT.protocol, 'The server aborted the sign-in'],
  'account-disabled': [EXIT.noPermission, 'The account is disabled'],
  'credentials-expired': [EXIT.noPermission, 'The password or token has expired'],
  'encryption-required': [EXIT.noPermission, 'The server requires encryption for this mechanism'],
  'incorrect-encoding': [EXIT.protocol, 'The server could not parse the request of the client'],
  'invalid-authzid': [EXIT.noPermission, 'The server does not accept this identity'],
  'invalid-mechanism': [EXIT.protocol, 'The server rejected a mechanism that it had offered'],
  'malformed-request': [EXIT.protocol, 'The server could not parse the request of the client'],
  'mechanism-too-weak': [EXIT.noPermission, 'The server requires a stronger mechanism'],
  'not-authorized': [EXIT.noPermission, 'The server refused this JID and password'],
  'temporary-auth-failure': [EXIT.temporary, 'The server cannot check passwords at the moment'],
})

/** The `Failure` in a SASL `<failure/>` element, of RFC 6120 or of XEP-0388; the server has delivered nothing before it. */
export function saslFailure(failure: Element): Failure {
  const condition = conditionIn(failure, NS_SASL) ?? 'not-authorized'
  const [exitCode, message] = FAILURES.get(condition) ?? [
    EXIT.noPermission,
    'The server refused the sign-in',
  ]
  return new Failure(condition, message, exitCode, {
    stage: 'auth',
    condition,
    text: failure.getChildText('text') || undefined,
    hint:
      condition === 'not-authorized'
        ? 'Check the JID and where its password comes from'
        : undefined,
  })
}

/** Not a refusal: whether the server processed the stanzas sent before is unknown. */
export function unexpected(element: Element): Failure {
  return new Failure(
    'unexpected-element',
    `The server sent <${element.name}/> instead of an answer to the sign-in`,
    EXIT.protocol,
    {stage: 'auth'},
  )
}

export const MORE_TASKS = 'more-tasks'

/** XEP-0388 §2.6.4: a further step, such as a second factor, which this client does not support. */
export function moreTasks(element: Element): Failure {
  const tasks =
    element
      .getChild('tasks')
      ?.getChildren('task')
      .map((task) => task.text()) ?? []
  return new Failure(
    MORE_TASKS,
    `The server requires more than a password: ${tasks.join(', ') || 'another step'}`,
    EXIT.noPermission,
    {stage: 'auth', hint: 'Create an app password on the server and use it here'},
  )
}
