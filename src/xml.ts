/** What XMPP is made of: elements, the errors that stanzas carry, and the little that protocol modules ask of a session. */
import xml, {type Element} from '@xmpp/xml'
import {EXIT, Failure, type Stage} from './errors.ts'

export {Parser} from './xml-parser.ts'
export {type Element, xml}

/** Questions and answers (RFC 6120 §8.2.3); an error reply rejects with its `Failure`. */
export interface Iq {
  /**
   * Resolves with the payload of the result, or undefined when it has none. `sent` is called when the question
   * leaves, which is later than now while the session is not up.
   */
  get(payload: Element, to?: string, sent?: () => void): Promise<Element | undefined>
  set(payload: Element, to?: string): Promise<Element | undefined>
}

/** All that a protocol module may ask of a session. */
export interface StanzaChannel extends Iq {
  /** Resolves once our server has dealt with the stanza; rejects when it comes back as an error. */
  sendConfirmed(stanza: Element): Promise<void>
  /** As `get` and `set` for a whole iq of either type, which keeps the id that it has. */
  sendIq(question: Element): Promise<Element | undefined>
  /** Resolves once the stanza is on its way; whatever becomes of it is not watched. */
  send(stanza: Element): Promise<void>
  /** Messages and presences that answer nothing, in order. A stanza counts as handled when the next one is asked for. */
  incoming(): AsyncIterableIterator<Element>
  /** What was read last does not count as handled before this is called back. */
  deferAck(): () => void
  /** Answers requests for one payload; all others get `service-unavailable`. */
  handleIq(name: string, namespace: string, reply: (request: Element) => Element | undefined): void
}

/** Whether somebody has to answer it (RFC 6120 §8.2.3). */
export const isIqRequest = ({attrs: {type}, name}: Element): boolean =>
  name === 'iq' && (type === 'get' || type === 'set')

export const NS_STANZA_ERRORS = 'urn:ietf:params:xml:ns:xmpp-stanzas'

/** What servers name is looked up in maps: an object would answer to `constructor` as well. */
export const tableOf = <T>(entries: Record<string, T>): ReadonlyMap<string, T> =>
  new Map(Object.entries(entries))

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

const SENTENCES = tableOf({
  'bad-request': 'The server did not understand the request',
  conflict: 'The name is taken already',
  'feature-not-implemented': 'The other side does not support this',
  forbidden: 'This account may not do that',
  gone: 'The address does not exist any more',
  'internal-server-error': 'The server failed inside',
  'item-not-found': 'There is no such user, room or item',
  'jid-malformed': 'The server does not accept the address',
  'not-acceptable': 'The server does not accept the request as it is',
  'not-allowed': 'The server does not allow this',
  'not-authorized': 'The other side asks for permission first',
  'policy-violation': 'The request is against a policy of the server',
  'recipient-unavailable': 'The recipient cannot be reached at present',
  'registration-required': 'Only members may do that',
  'remote-server-not-found': "The recipient's server cannot be found",
  'remote-server-timeout': "The recipient's server did not answer in time",
  'resource-constraint': 'The server has no room for this at present',
  'service-unavailable': 'There is no such address, or nobody there takes this',
  'subscription-required': 'A subscription to the contact is needed first',
  'unexpected-request': 'The request does not fit here',
})

/** The `Failure` inside a stanza of type error (RFC 6120 §8.3); what is missing or unknown is taken as `undefined-condition`. */
export function parseStanzaError(stanza: Element, stage: Stage = 'request'): Failure {
  const error = stanza.getChild('error')
  const condition = (error && conditionIn(error, NS_STANZA_ERRORS)) ?? 'undefined-condition'
  const text = error && textIn(error)
  const exitCode =
    EXIT_OF_CONDITION.get(condition) ??
    EXIT_OF_TYPE.get((error?.attrs.type as string) ?? 'cancel') ??
    EXIT.unavailable
  const message = SENTENCES.get(condition) ?? 'The server answered with an error'
  const address = error && newAddressIn(error)
  return new Failure(condition, message, exitCode, {
    stage,
    condition,
    ...(text && {text}),
    ...(address && {hint: `The new address is ${address}`}),
  })
}

/** What the server says, also one from before XMPP 1.0, which has a code and its text alone (XEP-0086). */
function textIn(error: Element): string | undefined {
  const text = error.getChildText('text', NS_STANZA_ERRORS) || error.getChildText('text')
  return text || error.text().trim() || undefined
}

/** Where the one that was asked is now (§8.3.3.5, §8.3.3.14), without `xmpp:` and what an address is to be used for. */
function newAddressIn(error: Element): string | undefined {
  const uri = ['gone', 'redirect'].map((name) => error.getChildText(name, NS_STANZA_ERRORS))
  return uri.find(Boolean)?.replace(/^xmpp:([^?]*).*/s, '$1')
}

/** The condition that an error names (§4.9.3, §6.5, §8.3.3); undefined where it has no name that a condition could have. */
export function conditionIn(error: Element, namespace: string): string | undefined {
  return error
    .getChildElements()
    .filter((child) => child.getNS() === namespace && child.name !== 'text')
    .map(({name}) => name)
    .find((name) => /^[a-z][a-z0-9-]*$/.test(name))
}

/**
 * An element as it has to be written: a parser takes a carriage return for a line break (XML 1.0 §2.11), and white space
 * in an attribute for spaces (§3.3.3), unless they are references.
 */
export const serialize = (element: Element): string =>
  String(element)
    .replaceAll('\r', '&#xD;')
    .replaceAll(/="[^"]*[\t\n][^"]*"/g, (attribute) =>
      attribute.replaceAll('\t', '&#x9;').replaceAll('\n', '&#xA;'),
    )

/** The first child in a namespace, whatever its name. */
export function childIn(parent: Element, namespace: string): Element | undefined {
  return parent.getChildElements().find((child) => child.getNS() === namespace)
}

// XML 1.0 §2.2: what a document may not contain, not even escaped. Unpaired surrogates included.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u

/** The offset of the first character that XML forbids, or -1. */
export function forbiddenAt(text: string): number {
  return text.search(FORBIDDEN)
}
