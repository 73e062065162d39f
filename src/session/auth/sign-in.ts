/** RFC 6120 §6–7 and XEP-0388, -0386, -0484: from an encrypted stream to a bound session, in as few round trips as possible. */
import {type Element, xml} from '../../xml.ts'
import type {StanzaRouter} from '../stanzas/stanza-router.ts'
import {buildResume, NS_SM, type Resumable} from '../stanzas/stream-management.ts'
import type {XmlStream} from '../stream/stream.ts'
import type {Trace} from '../stream/trace.ts'
import type {SavedState, Token} from '../types.ts'
import {checkBound, NS_BIND2, pushBind, readBound} from './bind.ts'
import {HT_EXPORTER, HT_NONE, hashedToken} from './hashed-token.ts'
import {authenticate, authenticateSasl2, NS_FAST, NS_SASL, NS_SASL2} from './sasl.ts'
import {unexpected} from './sasl-errors.ts'
import type {Offer} from './scram.ts'
import {type Credentials, chooseMechanism} from './select-mechanism.ts'

const NS_CHANNEL_BINDING = 'urn:xmpp:sasl-cb:0'

export interface SignIn extends Credentials {
  stream: XmlStream
  router: StanzaRouter
  trace: Trace
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
  /** The features of the stream after the sign-in; undefined if the server sent none. */
  features?: Element | undefined
}

/** Queued stanzas are sent together with the last message of the sign-in, if the server's certificate was verified. */
export async function signIn(context: SignIn): Promise<SignedIn> {
  const {account, remembered, stream} = context
  const {anonymous, jid} = account
  stream.stage = 'auth'
  void stream.open({domain: jid.domain, from: anonymous ? undefined : jid.bare})
  const {clientId} = remembered
  const token = usableToken(context)
  if (clientId && token) {
    const features = buildExpectedFeatures(token.mechanism)
    return signInWithSasl2(context, {clientId, features, token})
  }
  void stream.flush()
  const features = await readFeatures(stream)
  return clientId && features.getChild('authentication', NS_SASL2)
    ? signInWithSasl2(context, {clientId, features})
    : signInWithSasl1(context, features)
}

/** A token is valid for its own mechanism only; a channel-bound mechanism needs a connection with channel binding. */
function usableToken({account, binding, remembered}: SignIn): Token | undefined {
  const {clientId, token} = remembered
  if (!clientId || !token || account.anonymous) return undefined
  if (token.mechanism === HT_EXPORTER && !binding) return undefined
  return Date.parse(token.expiry) > Date.now() ? token : undefined
}

/** With a token in one write: header, proof, bind request and stanzas. The features arrive with the answer. */
async function signInWithSasl2(
  context: SignIn,
  {clientId, features, token}: {clientId: string; features: Element; token?: Token},
): Promise<SignedIn> {
  const {account, binding, forget = false, hold, router, stream, trace} = context
  const {anonymous, jid: own, trust} = account
  const username = own.local ?? ''
  const offer = offerOf(features, 'authentication', NS_SASL2)
  const tokenBinding = token?.mechanism === HT_EXPORTER ? binding : undefined
  const mechanism = token
    ? hashedToken(token.mechanism, username, token.secret, tokenBinding)
    : await chooseMechanism(offer, context)
  const how = token ? 'and the token of an earlier run' : '(SASL2)'
  trace.note('auth', `signing in with ${mechanism.name} ${how}`)
  // A session that may be resumed is bound after the sign-in.
  const bind2 = anonymous && !hold && offersBind2(features)
  let pushed = false
  let id = ''
  const pushStanzas = (): void => {
    if (pushed) return
    pushed = true
    if (!bind2) id = pushBind(stream, own.resource)
    router.outbox.flushInto(stream)
  }
  // An unverified server receives no stanza before it has proven that it knows the secret.
  const onProof = !trust.insecure && !hold ? pushStanzas : () => {}
  const requested = anonymous || forget ? [] : [...(binding ? [HT_EXPORTER] : []), HT_NONE]
  const {bound, jid, issued} = await authenticateSasl2({
    ...{bind2, clientId, features, mechanism, onProof, stream, username},
    ...{forget, token, requested},
  })
  stream.stage = 'bind'
  const signedIn = {mechanism: mechanism.name, token: issued}
  if (hold) return {...signedIn, ...(await bindAndHold(context))}
  pushStanzas()
  void stream.flush()
  if (bound) return {...signedIn, resumed: false, jid: checkBound(jid, own.domain)}
  return {...signedIn, resumed: false, ...(await readBound(stream, own.domain, id))}
}

/** Resumes the old session if the server still has it; otherwise binds a new one that can be resumed. */
async function bindAndHold(context: SignIn): Promise<Pick<SignedIn, 'jid' | 'resumed'>> {
  const {account, router, resume, stream} = context
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
  const id = pushBind(stream, account.jid.resource)
  void stream.flush()
  const {features, jid} = await readBound(stream, account.jid.domain, id, seen)
  router.discardSession()
  if (features?.getChild('sm', NS_SM)) router.acknowledging.enable(stream)
  router.outbox.flushInto(stream)
  void stream.flush()
  return {jid, resumed: false}
}

async function signInWithSasl1(context: SignIn, features: Element): Promise<SignedIn> {
  const {account, router, stream, trace} = context
  const {domain, local: username = '', resource} = account.jid
  const offer = offerOf(features, 'mechanisms', NS_SASL)
  const mechanism = await chooseMechanism(offer, context)
  trace.note('auth', `signing in with ${mechanism.name}`)
  await authenticate({features, mechanism, stream, username})
  // Binding is mandatory (§7.1), so the request is sent without waiting for the features.
  const signedIn = {mechanism: mechanism.name, token: undefined}
  if (context.hold) return {...signedIn, ...(await bindAndHold(context))}
  const id = pushBind(stream, resource)
  router.outbox.flushInto(stream)
  void stream.flush()
  return {...signedIn, resumed: false, ...(await readBound(stream, domain, id))}
}

const offersBind2 = (features: Element): boolean =>
  features.getChild('authentication', NS_SASL2)?.getChild('inline')?.getChild('bind', NS_BIND2) !==
  undefined

/** The offer of a server that has issued a token. */
const buildExpectedFeatures = (mechanism: string): Element =>
  xml(
    'stream:features',
    {'xmlns:stream': 'http://etherx.jabber.org/streams'},
    xml(
      'authentication',
      {xmlns: NS_SASL2},
      xml('inline', {}, xml('fast', {xmlns: NS_FAST}, xml('mechanism', {}, mechanism))),
    ),
  )

export async function readFeatures(stream: XmlStream): Promise<Element> {
  const features = await stream.read()
  if (features.name !== 'stream:features') throw unexpected(features)
  trimMechanisms(features)
  return features
}

/** White space around a name is allowed, but xmpp.js compares the whole text. */
function trimMechanisms(element: Element): void {
  for (const child of element.getChildElements()) {
    if (child.name === 'mechanism') child.text(child.text().trim())
    else trimMechanisms(child)
  }
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
