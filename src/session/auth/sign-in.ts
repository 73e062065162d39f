/** RFC 6120 §6–7 and XEP-0388, -0386, -0484: from an encrypted stream to a bound session, in as few round trips as possible. */

import type {Element} from '../../xml.ts'
import type {StanzaRouter} from '../stanzas/stanza-router.ts'
import {buildResume, NS_SM, type Resumable} from '../stanzas/stream-management.ts'
import type {XmlStream} from '../stream/stream.ts'
import type {Trace} from '../stream/trace.ts'
import type {SavedState, Token} from '../types.ts'
import {type Binding, buildBind2, checkBound, NS_BIND2, pushBind, readBound} from './bind.ts'
import {HT_EXPORTER, hashedToken} from './hashed-token.ts'
import {authenticate, NS_SASL} from './sasl.ts'
import {unexpected} from './sasl-errors.ts'
import {
  type Authenticate,
  authenticated,
  buildFast,
  buildRequestToken,
  fastMechanism,
  NS_SASL2,
  pushAuthenticate,
} from './sasl2.ts'
import type {Offer} from './scram.ts'
import {type Credentials, chooseMechanism} from './select-mechanism.ts'

const NS_CHANNEL_BINDING = 'urn:xmpp:sasl-cb:0'

export interface SignIn {
  stream: XmlStream
  router: StanzaRouter
  trace: Trace
  domain: string
  /** The stream's `from`; absent for anonymous accounts. */
  bare: string | undefined
  /** The requested resource; otherwise the server generates one. */
  resource: string | undefined
  credentials: Credentials
  remembered: SavedState
  /** The session outlives its connection: stanzas wait until stream management is enabled. */
  hold: boolean
  /** The session of an earlier connection, to resume. */
  resume: Resumable | undefined
  /** Makes the server invalidate the token. */
  forget?: boolean
}

export interface SignedIn {
  /** The full JID that the server bound. */
  jid: string
  mechanism: string
  /** A new token for the next run; undefined keeps the saved one. */
  token: Token | undefined
  /** The old session was resumed: no stanza was missed. */
  resumed: boolean
}

/** Queued stanzas are sent together with the last message of the sign-in, if the server's certificate was verified. */
export async function signIn(context: SignIn): Promise<SignedIn> {
  const {bare, domain, remembered, stream} = context
  stream.stage = 'auth'
  stream.header({to: domain, ...(bare !== undefined && {from: bare})})
  const token = usableToken(context)
  if (token) return signInWithToken(context, token, remembered.clientId ?? '')
  void stream.flush()
  const features = await readFeatures(stream)
  return features.getChild('authentication', NS_SASL2) && remembered.clientId
    ? signInWithSasl2(context, features, remembered.clientId)
    : signInWithSasl1(context, features)
}

/** A token is valid for its own mechanism only; a channel-bound mechanism needs a connection with channel binding. */
function usableToken({credentials, remembered}: SignIn): Token | undefined {
  const {clientId, token} = remembered
  if (!clientId || !token || credentials.anonymous) return undefined
  if (token.mechanism === HT_EXPORTER && !credentials.binding) return undefined
  return Date.parse(token.expiry) > Date.now() ? token : undefined
}

/** One write: header, proof, bind request and stanzas. The features arrive with the answer. */
async function signInWithToken(context: SignIn, token: Token, clientId: string): Promise<SignedIn> {
  const {credentials, trace} = context
  const binding = token.mechanism === HT_EXPORTER ? credentials.binding : undefined
  const mechanism = hashedToken(token.mechanism, credentials.username, token.secret, binding)
  trace.note('auth', `signing in with ${mechanism.name} and the token of an earlier run`)
  const inline = [buildFast(context.forget)]
  return finishSasl2(context, {clientId, inline, mechanism}, false, token.mechanism)
}

async function signInWithSasl2(
  context: SignIn,
  features: Element,
  clientId: string,
): Promise<SignedIn> {
  const {credentials, forget, trace} = context
  const offer = offerOf(features, 'authentication', NS_SASL2)
  const mechanism = await chooseMechanism(offer, credentials)
  trace.note('auth', `signing in with ${mechanism.name} (SASL2)`)
  const fast = credentials.anonymous ? undefined : fastMechanism(features, credentials.binding)
  const bind2 = credentials.anonymous && offersBind2(features)
  const inline = [
    ...(bind2 ? [buildBind2()] : []),
    ...(fast && !forget ? [buildRequestToken(fast)] : []),
  ]
  return finishSasl2(context, {clientId, inline, mechanism}, bind2, fast)
}

async function finishSasl2(
  context: SignIn,
  request: Authenticate,
  bind2: boolean,
  tokenMechanism: string | undefined,
): Promise<SignedIn> {
  const {credentials, stream} = context
  const {mechanism} = request
  let pushed = false
  let id = ''
  const pushStanzas = (): void => {
    pushed = true
    if (!bind2) id = pushBind(stream, context.resource)
    context.router.outbox.flushInto(stream)
  }
  const early = credentials.verified && !context.hold
  pushAuthenticate(stream, request)
  // An unverified server receives no stanza before it has proven that it knows the secret.
  if (mechanism.single && early) pushStanzas()
  void stream.flush()
  const {bound, jid, token} = await authenticated(stream, mechanism, () => {
    if (early && !pushed) pushStanzas()
  })
  stream.stage = 'bind'
  const signedIn = {
    mechanism: mechanism.name,
    token: token && tokenMechanism ? {...token, mechanism: tokenMechanism} : undefined,
  }
  if (context.hold) return {...signedIn, ...(await bindAndHold(context))}
  if (!pushed) pushStanzas()
  void stream.flush()
  const full = bound ? checkBound(jid, context.domain) : (await binding(context, id)).jid
  return {...signedIn, resumed: false, jid: full}
}

const binding = ({domain, stream}: SignIn, id: string, seen?: Element): Promise<Binding> =>
  readBound(stream, {domain, id, seen})

/** Resumes the old session if the server still has it; otherwise binds a new one that can be resumed. */
async function bindAndHold(context: SignIn): Promise<Pick<SignedIn, 'jid' | 'resumed'>> {
  const {router, resume, stream} = context
  let seen: Element | undefined
  if (resume) {
    stream.push(buildResume(resume))
    void stream.flush()
    let answer = await stream.read()
    for (; answer.getNS() !== NS_SM; answer = await stream.read())
      if (answer.name === 'stream:features') seen = answer
    if (answer.name === 'resumed') {
      router.acknowledging.resume(stream, resume, Number(answer.attrs.h))
      void stream.flush()
      return {jid: '', resumed: true}
    }
  }
  const id = pushBind(stream, context.resource)
  void stream.flush()
  const {features, jid} = await binding(context, id, seen)
  router.discardSession()
  if (features?.getChild('sm', NS_SM)) router.acknowledging.enable(stream)
  router.outbox.flushInto(stream)
  void stream.flush()
  return {jid, resumed: false}
}

async function signInWithSasl1(context: SignIn, features: Element): Promise<SignedIn> {
  const {bare, credentials, domain, stream, trace} = context
  const offer = offerOf(features, 'mechanisms', NS_SASL)
  const mechanism = await chooseMechanism(offer, credentials)
  trace.note('auth', `signing in with ${mechanism.name}`)
  await authenticate(stream, mechanism)
  // Binding is mandatory (§7.1), so the request is sent without waiting for the features.
  stream.stage = 'bind'
  stream.header({to: domain, ...(bare !== undefined && {from: bare})})
  const signedIn = {mechanism: mechanism.name, token: undefined}
  if (context.hold) return {...signedIn, ...(await bindAndHold(context))}
  const id = pushBind(stream, context.resource)
  context.router.outbox.flushInto(stream)
  void stream.flush()
  return {...signedIn, resumed: false, jid: (await binding(context, id)).jid}
}

const offersBind2 = (features: Element): boolean =>
  features.getChild('authentication', NS_SASL2)?.getChild('inline')?.getChild('bind', NS_BIND2) !==
  undefined

export async function readFeatures(stream: XmlStream): Promise<Element> {
  const features = await stream.read()
  if (features.name === 'stream:features') return features
  throw unexpected(features)
}

export function offerOf(features: Element, name: string, namespace: string): Offer {
  const names = features.getChild(name, namespace)?.getChildren('mechanism') ?? []
  const bindings = features
    .getChild('sasl-channel-binding', NS_CHANNEL_BINDING)
    ?.getChildren('channel-binding')
  return {
    mechanisms: names.map((mechanism) => mechanism.text().trim()),
    bindings: bindings?.map(({attrs}) => attrs.type as string),
  }
}
