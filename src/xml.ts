/** XML elements, stanza errors, and the part of a session that protocol modules use. */
import xml, {type Element} from '@xmpp/xml'
import {EXIT, Failure, type Stage} from './errors.ts'
import {tableOf} from './table-of.ts'

export {Parser} from './xml-parser.ts'
export {type Element, xml}

/** IQ requests (RFC 6120 §8.2.3); an error reply rejects with its `Failure`. */
export interface Iq {
  /**
   * Resolves with the payload of the result, or undefined when it has none. `onSent` is called when the request is
   * written, which can be later: while the session opens, requests wait.
   */
  get(payload: Element, to?: string, onSent?: () => void): Promise<Element | undefined>
  set(payload: Element, to?: string): Promise<Element | undefined>
}

/** Stanzas in order. A stanza counts as handled when each reader has asked for the next one. */
export interface StanzaReader extends AsyncIterableIterator<Element> {
  /** Defers the XEP-0198 acknowledgement of the stanza that was read last until the returned function is called. */
  deferAck(): () => void
}

/** The methods of a session for protocol modules. */
export interface StanzaChannel extends Iq {
  /** Resolves once this account's server has processed the stanza; rejects when the stanza is returned as an error. */
  sendConfirmed(stanza: Element): Promise<void>
  /** Like `get` and `set`, for a complete IQ stanza, which keeps its id. */
  sendIq(request: Element): Promise<Element | undefined>
  /** Resolves once the stanza is written; later errors are ignored. */
  send(stanza: Element): Promise<void>
  /** A new reader of the messages and presences that answer no sent stanza, from now on. */
  incoming(): StanzaReader
  /** Registers handlers for requests; all other requests get `service-unavailable`. */
  iqCallee: IqCallee
}

/** The IQ callee of xmpp.js: a handler for each kind of request, by the namespace and the name of its payload. */
export interface IqCallee {
  get(namespace: string, name: string, handler: IqHandler): void
  set(namespace: string, name: string, handler: IqHandler): void
}

/** A request (RFC 6120 §8.2.3), and its payload. */
export interface IqRequest {
  stanza: Element
  element: Element
}

/**
 * Returns the payload of the result, `true` for a result without payload, an `<error/>`, or undefined for
 * `service-unavailable`. It is called before later stanzas are read.
 */
export type IqHandler = (request: IqRequest) => IqReply | Promise<IqReply>
export type IqReply = Element | true | undefined

/** Whether the stanza requires an answer (RFC 6120 §8.2.3). */
export const isIqRequest = ({attrs: {type}, name}: Element): boolean =>
  name === 'iq' && (type === 'get' || type === 'set')

export const NS_STANZA_ERRORS = 'urn:ietf:params:xml:ns:xmpp-stanzas'

const EXIT_OF_CONDITION = tableOf({
  'item-not-found': EXIT.noUser,
  gone: EXIT.noUser,
  'remote-server-not-found': EXIT.noHost,
  forbidden: EXIT.noPermission,
  'not-authorized': EXIT.noPermission,
})

const EXIT_OF_TYPE = tableOf({
  auth: EXIT.noPermission,
  cancel: EXIT.unavailable,
  continue: EXIT.unavailable,
  modify: EXIT.data,
  wait: EXIT.temporary,
})

export const INTERNAL_ERROR = 'The server had an internal error'

const SENTENCES = tableOf({
  'bad-request': 'The server did not understand the request',
  conflict: 'The name is already in use',
  'feature-not-implemented': 'The recipient does not support this request',
  forbidden: 'This account is not allowed to do this',
  gone: 'The address no longer exists',
  'internal-server-error': INTERNAL_ERROR,
  'item-not-found': 'The user, room or item does not exist',
  'jid-malformed': 'The server does not accept the address',
  'not-acceptable': 'The server does not accept the content of the request',
  'not-allowed': 'The server does not allow this',
  'not-authorized': 'The recipient requires authorization first',
  'policy-violation': 'The request violates a policy of the server',
  'recipient-unavailable': 'The recipient is temporarily unavailable',
  'registration-required': 'Only registered members are allowed to do this',
  'remote-server-not-found': "The recipient's server cannot be found",
  'remote-server-timeout': "The recipient's server did not answer in time",
  'resource-constraint': 'The server does not have enough resources at the moment',
  'service-unavailable': 'The address does not exist or does not accept this request',
  'subscription-required': 'The request requires a subscription to the contact',
  'unexpected-request': 'The server did not expect the request at this time',
})

/** The reply that refused a request, with what its sender added to the condition. */
export class StanzaError extends Failure {
  /** The element `<error/>`, if the reply has one. */
  error: Element | undefined
}

/** The `Failure` of a stanza of type error (RFC 6120 §8.3); a missing condition becomes `undefined-condition`. */
export function parseStanzaError(stanza: Element, stage: Stage = 'request'): StanzaError {
  const error = stanza.getChild('error')
  const condition = (error && conditionIn(error, NS_STANZA_ERRORS)) ?? 'undefined-condition'
  const text = error && textIn(error)
  const exitCode =
    EXIT_OF_CONDITION.get(condition) ??
    EXIT_OF_TYPE.get((error?.attrs.type as string) ?? 'cancel') ??
    EXIT.unavailable
  const message = SENTENCES.get(condition) ?? 'The server answered with an error'
  const address = error && newAddressIn(error)
  const failure = new StanzaError(condition, message, exitCode, {
    stage,
    condition,
    ...(text && {text}),
    ...(address && {hint: `The new address is ${address}`}),
  })
  failure.error = error
  return failure
}

/** The text of the error. Before XMPP 1.0, an error consisted of a code and a text (XEP-0086). */
function textIn(error: Element): string | undefined {
  const text = error.getChildText('text', NS_STANZA_ERRORS) || error.getChildText('text')
  return text || error.text().trim() || undefined
}

/** The new address of the recipient (§8.3.3.5, §8.3.3.14), without `xmpp:` and without a query. */
function newAddressIn(error: Element): string | undefined {
  const uri = ['gone', 'redirect'].map((name) => error.getChildText(name, NS_STANZA_ERRORS))
  return uri.find(Boolean)?.replace(/^xmpp:([^?]*).*/s, '$1')
}

/** The condition of an error (§4.9.3, §6.5, §8.3.3); undefined when no child has the name of a condition. */
export function conditionIn(error: Element, namespace: string): string | undefined {
  return error
    .getChildElements()
    .filter((child) => child.getNS() === namespace && child.name !== 'text')
    .map(({name}) => name)
    .find((name) => /^[a-z][a-z0-9-]*$/.test(name))
}

/**
 * Writes carriage returns, and tabs and line breaks in attributes, as character references: a parser would turn a
 * carriage return into a line feed (XML 1.0 §2.11), and white space in an attribute into spaces (§3.3.3).
 */
export const serialize = (element: Element): string =>
  String(element)
    .replaceAll('\r', '&#xD;')
    .replaceAll(/="[^"]*[\t\n][^"]*"/g, (attribute) =>
      attribute.replaceAll('\t', '&#x9;').replaceAll('\n', '&#xA;'),
    )

/** The first child in a namespace, with any name. */
export function childIn(parent: Element, namespace: string): Element | undefined {
  return parent.getChildElements().find((child) => child.getNS() === namespace)
}

// XML 1.0 §2.2: characters that a document must not contain, not even escaped; also unpaired surrogates.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/** The offset of the first character that XML forbids, or -1. */
export function forbiddenAt(text: string): number {
  return text.search(FORBIDDEN)
}
