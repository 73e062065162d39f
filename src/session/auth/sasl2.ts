/** XEP-0388: Extensible SASL Profile <https://xmpp.org/extensions/xep-0388.html>, with XEP-0484: Fast Authentication Streamlining Tokens inside. */

import {EXIT, Failure} from '../../errors.ts'
import {type Element, xml} from '../../xml.ts'
import type {XmlStream} from '../stream/stream.ts'
import type {Token} from '../types.ts'
import {NS_BIND2} from './bind.ts'
import {HT_EXPORTER, HT_NONE} from './hashed-token.ts'
import type {Mechanism} from './mechanism.ts'
import {saslFailure, unexpected} from './sasl-errors.ts'

export const NS_SASL2 = 'urn:xmpp:sasl:2'
export const NS_FAST = 'urn:xmpp:fast:0'

export interface Authenticate {
  mechanism: Mechanism
  clientId: string
  /** Children besides the initial response: bind, fast, request-token. */
  inline: Element[]
}

export interface Authenticated {
  /** Bare, or full where a resource was bound in the same step. */
  jid: string
  bound: boolean
  token: Omit<Token, 'mechanism'> | undefined
}

export function pushAuthenticate(stream: XmlStream, request: Authenticate): void {
  const {clientId, inline, mechanism} = request
  const initial = mechanism.start().toString('base64') || '='
  stream.push(
    xml(
      'authenticate',
      {xmlns: NS_SASL2, mechanism: mechanism.name},
      xml('initial-response', {}, initial),
      xml('user-agent', {id: clientId}, xml('software', {}, 'xmpp-cli')),
      ...inline,
    ),
  )
}

/**
 * Reads until the server has reported success and proven it. `pushStanzas` may add stanzas behind the last answer: the
 * server processes them only if it accepts that answer.
 */
export async function authenticated(
  stream: XmlStream,
  mechanism: Mechanism,
  pushStanzas: () => void,
): Promise<Authenticated> {
  for (;;) {
    const element = await stream.read()
    if (element.name === 'stream:features') continue // of the stream, when the client authenticates before they arrive
    if (element.getNS() !== NS_SASL2) throw unexpected(element)
    const data = childBytes(element, 'additional-data')
    if (element.name === 'challenge') {
      const answer = mechanism.respond(Buffer.from(element.text(), 'base64'))
      stream.push(xml('response', {xmlns: NS_SASL2}, answer.toString('base64') || '='))
      pushStanzas()
      void stream.flush()
    } else if (element.name === 'success') {
      mechanism.finish(data)
      return parseSuccess(element)
    } else if (element.name === 'failure') throw saslFailure(element)
    else if (element.name === 'continue') throw moreTasks(element)
    else throw unexpected(element)
  }
}

function parseSuccess(success: Element): Authenticated {
  const {expiry = '', token} = success.getChild('token', NS_FAST)?.attrs ?? {}
  return {
    jid: success.getChildText('authorization-identifier') ?? '',
    bound: success.getChild('bound', NS_BIND2) !== undefined,
    token: token ? {secret: token, expiry} : undefined,
  }
}

export const MORE_TASKS = 'more-tasks'

/** §2.6.4: a further step, such as a second factor, which this client does not support. */
function moreTasks(element: Element): Failure {
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

/** The token mechanism to request: with channel binding if both sides support it. */
export function fastMechanism(features: Element, binding: Buffer | undefined): string | undefined {
  const fast = features
    .getChild('authentication', NS_SASL2)
    ?.getChild('inline')
    ?.getChild('fast', NS_FAST)
  const offered = fast?.getChildren('mechanism').map((mechanism) => mechanism.text().trim()) ?? []
  return [...(binding ? [HT_EXPORTER] : []), HT_NONE].find((name) => offered.includes(name))
}

export const buildRequestToken = (mechanism: string): Element =>
  xml('request-token', {xmlns: NS_FAST, mechanism})

/** Marks the secret as a token; `invalidate` makes this its last use. */
export const buildFast = (invalidate?: boolean): Element =>
  xml('fast', {xmlns: NS_FAST, ...(invalidate && {invalidate: 'true'})})

function childBytes(element: Element, name: string): Buffer | undefined {
  const text = element.getChildText(name)
  return text === null ? undefined : Buffer.from(text, 'base64')
}
