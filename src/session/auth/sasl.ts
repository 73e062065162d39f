/** RFC 6120 §6, XEP-0388, XEP-0484 and XEP-0386, negotiated by xmpp.js with one mechanism of this program. */
import {once} from 'node:events'
import createOnAuthenticate from '@xmpp/client/lib/createOnAuthenticate.js'
import createBind2 from '@xmpp/client-core/src/bind2/bind2.js'
import createFast from '@xmpp/client-core/src/fast/fast.js'
import createMiddleware from '@xmpp/middleware'
import createSasl from '@xmpp/sasl'
import createSasl2 from '@xmpp/sasl2'
import createStreamFeatures from '@xmpp/stream-features'
import SASLFactory from 'saslmechanisms'
import {type Element, xml} from '../../xml.ts'
import type {XmlStream} from '../stream/stream.ts'
import type {Token} from '../types.ts'
import {NS_BIND2} from './bind.ts'
import type {Mechanism} from './mechanism.ts'
import {moreTasks, saslFailure, unexpected} from './sasl-errors.ts'

export const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
export const NS_SASL2 = 'urn:xmpp:sasl:2'
export const NS_FAST = 'urn:xmpp:fast:0'

export interface Negotiation {
  stream: XmlStream
  /** Those of the server, or with a token, which is sent before they arrive, those that the client expects. */
  features: Element
  mechanism: Mechanism
  username: string
}

export interface Sasl2Negotiation extends Negotiation {
  clientId: string
  /** Binds a resource in the same step (XEP-0386). */
  bind2: boolean
  token: Token | undefined
  /** The mechanisms for which to request a token, the best first; used without a token. */
  requested: string[]
  /** Makes the server invalidate the token. */
  forget: boolean
  /** Called when the last message of the client is in the flight, to add stanzas to it. */
  onProof: () => void
}

export interface Authenticated {
  /** A bare JID, or a full one if a resource was bound in the same step. */
  jid: string
  bound: boolean
  issued: Token | undefined
}

/** Resolves when the server has proven success, and the header of the new stream is in the flight (RFC 6120 §6.4.6). */
export async function authenticate(negotiation: Negotiation): Promise<void> {
  const {mechanism, stream, username} = negotiation
  createSasl(partsFor(stream, mechanism), createOnAuthenticate({username}))
  await start(negotiation, correct)
  const success = await untilSuccess(negotiation, NS_SASL)
  stream.stage = 'bind'
  const restarted = once(stream, 'restart')
  stream.emit('nonza', success)
  await restarted
}

/** Resolves when the server has proven success. */
export async function authenticateSasl2(negotiation: Sasl2Negotiation): Promise<Authenticated> {
  const {bind2, clientId, forget, mechanism, onProof, requested, stream, token, username} =
    negotiation
  const userAgent = xml('user-agent', {id: clientId}, xml('software', {}, 'xmpp-cli'))
  const known = token && {...token, token: token.secret}
  // With a token, xmpp.js gets no other mechanism: after a refusal it would continue and send the password.
  const sasl2 = createSasl2(
    partsFor(stream, token ? undefined : mechanism),
    createOnAuthenticate({username, token: known}, userAgent),
  )
  const fast = createFast({sasl2, entity: stream})
  for (const name of token ? [token.mechanism] : requested)
    fast.saslFactory.use(name, exchangeOf(mechanism))
  let issued: Token | undefined
  fast.saveToken = async ({expiry = '', mechanism, token: secret}) => {
    if (secret) issued = {mechanism, secret, expiry}
  }
  sasl2.setup({fast})
  // Without a tag on purpose: servers derive one stable resource from tag and client id, and a second process would
  // then replace the session of the first.
  if (bind2) createBind2({sasl2, entity: stream})
  stream.on('send', ({name}: Element) => {
    if (mechanism.single || name === 'response') onProof()
  })
  await start(negotiation, (element) => {
    correct(element)
    if (forget) element.getChild('fast', NS_FAST)?.attr('invalidate', 'true')
  })
  const success = await untilSuccess(negotiation, NS_SASL2)
  stream.emit('nonza', success)
  return {
    jid: success.getChildText('authorization-identifier') ?? '',
    bound: success.getChild('bound', NS_BIND2) !== undefined,
    issued,
  }
}

function partsFor(stream: XmlStream, mechanism: Mechanism | undefined) {
  const streamFeatures = createStreamFeatures({middleware: createMiddleware({entity: stream})})
  const saslFactory = new SASLFactory()
  if (mechanism) saslFactory.use(mechanism.name, exchangeOf(mechanism))
  return {saslFactory, streamFeatures}
}

/** xmpp.js exchanges strings of bytes with an instance of a class. */
const exchangeOf = (mechanism: Mechanism) =>
  class {
    readonly name = mechanism.name
    readonly clientFirst = true
    #answer: Buffer | undefined

    challenge(text: string): void {
      this.#answer = mechanism.respond(Buffer.from(text, 'latin1'))
    }

    response(): string {
      return (this.#answer ?? mechanism.start()).toString('latin1')
    }
  }

/** Lets xmpp.js act on the features; resolves when its first message is sent. */
async function start(
  {features, stream}: Negotiation,
  complete: (element: Element) => void,
): Promise<void> {
  stream.on('sending', complete)
  stream.on('send', () => void stream.flush())
  const sent = once(stream, 'send')
  stream.emit('element', features)
  await sent
}

/** xmpp.js leaves empty data empty (RFC 6120 §6.4.2 wants `=`), and adds an attribute to responses. */
function correct(element: Element): void {
  if (element.name === 'response') delete element.attrs.mechanism
  const data = element.getChild('initial-response') ?? element
  if (data.children.length === 0) data.t('=')
}

/** Passes challenges to xmpp.js, which would take a success without a proof, and any failure for a refused password. */
async function untilSuccess(
  {mechanism, stream}: Negotiation,
  namespace: typeof NS_SASL | typeof NS_SASL2,
): Promise<Element> {
  for (;;) {
    const element = await stream.read()
    // With a token, the features arrive after the client has authenticated.
    if (namespace === NS_SASL2 && element.name === 'stream:features') continue
    if (element.getNS() !== namespace) throw unexpected(element)
    if (element.name === 'failure') throw saslFailure(element)
    if (element.is('continue', NS_SASL2)) throw moreTasks(element)
    if (element.name === 'success') {
      const text = namespace === NS_SASL ? element.text() : element.getChildText('additional-data')
      mechanism.finish(text?.trim() ? decode(text) : undefined)
      return element
    }
    if (element.name !== 'challenge') throw unexpected(element)
    // Well-formed base64: xmpp.js throws for anything else, even for `=`.
    stream.emit(
      'nonza',
      xml('challenge', {xmlns: namespace}, decode(element.text()).toString('base64')),
    )
  }
}

const decode = (text: string): Buffer => Buffer.from(text, 'base64')
