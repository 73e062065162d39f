/** Opens a stream for an account, with or without signing in. */
import {addAbortListener} from 'node:events'
import {EXIT, Failure, toFailure} from '../errors.ts'
import {MORE_TASKS} from './auth/sasl-errors.ts'
import {type SignedIn, type SignIn, signIn} from './auth/sign-in.ts'
import type {Attempt} from './connect/attempt.ts'
import {type Connection, openConnection} from './connect/connection.ts'
import {SeeOtherHost, toSeeOtherHost} from './connect/see-other-host.ts'
import type {StanzaRouter} from './stanzas/stanza-router.ts'
import {NS_SM} from './stanzas/stream-management.ts'
import {XmlStream} from './stream/stream.ts'
import type {Account, Endpoint, SavedState} from './types.ts'

/** The properties of a session, for `whoami`. */
export interface Bound {
  /** The full JID that the server bound. */
  jid: string
  mechanism: string
  tls: {protocol: string; cipher: string; channelBinding: boolean}
  server: {kind: string; host: string; port: number}
  /** The largest stanza that the server accepts, if it announces a limit (XEP-0478). */
  maxBytes: number | undefined
  /** The session of another process was resumed. */
  resumed: boolean
  /** Whether the server offers stream management (XEP-0198); undefined if it did not list its features. */
  streamManagement: boolean | undefined
}

export interface Opened {
  stream: XmlStream
  /** The full JID; empty without a sign-in. */
  jid: string
  /** The session of an earlier connection was resumed: no stanza was missed. */
  resumed: boolean
}

/** More redirections than this are taken for a loop. */
const MAX_HOPS = 3

/** How to sign in, besides the credentials. */
export type SignInOptions = Pick<SignIn, 'hold' | 'resume' | 'forget'>

/** Connects and signs in with the state of an earlier run; when an entry of it is outdated, tries again without it. */
export async function openSession(
  named: Account,
  router: StanzaRouter,
  run: Attempt,
  manner: SignInOptions,
): Promise<Opened & {bound: Bound}> {
  let account = {...named, server: run.servers.inOrder}
  let hops = 0
  let unansweredToken: Failure | undefined
  for (let remembered = await loadState(account); ; ) {
    try {
      return await openWith(account, router, run, {...manner, remembered, unansweredToken})
    } catch (error) {
      const failure = toFailure(error)
      // Without a password, the token stays: the lost connection does not prove that the token is wrong.
      if (unansweredToken && failure.stage === 'config') throw unansweredToken
      if (failure instanceof SeeOtherHost && failure.server && hops++ < MAX_HOPS) {
        run.trace.note(failure.stage, `the server redirects the client to ${failure.server}`)
        account = {...account, server: failure.server}
        remembered = {...remembered, endpoint: undefined}
        continue
      }
      const wrong = staleEntry(remembered, failure)
      if (!wrong) throw failure
      const silent = wrong === 'token' && isSilence(failure)
      run.trace.note(failure.stage, silent ? SILENT : WITHOUT[wrong])
      if (silent && router.outbox.requeueIfSafe()) unansweredToken = failure
      else await account.memory?.save({[wrong]: undefined})
      if (silent && !unansweredToken) throw failure
      remembered = {...remembered, [wrong]: undefined}
    }
  }
}

/** Whether the address of the server comes from DNS, not from the user or a proxy. */
const isByDns = ({proxy, server}: Account): boolean => server === undefined && proxy === undefined

/** The saved state that applies to this run. */
async function loadState(account: Account): Promise<SavedState> {
  const saved = await account.memory?.load()
  return isByDns(account) ? {...saved} : {...saved, endpoint: undefined}
}

const WITHOUT = {
  token: 'the server refused the token; signing in without it',
  endpoint: 'this address no longer belongs to the server; asking DNS',
}

const SILENT = 'the server closed the connection after the token; signing in without it'

/** The saved entry that can be the cause of a failure. */
function staleEntry(
  {endpoint, token}: SavedState,
  failure: Failure,
): keyof typeof WITHOUT | undefined {
  if (endpoint && isElsewhere(failure)) return 'endpoint'
  return token && (isRefusal(failure) || isSilence(failure)) ? 'token' : undefined
}

/** The connection ended without an answer to the sign-in; the server may have processed the stanzas sent with it. */
const isSilence = ({code, stage}: Failure): boolean =>
  stage === 'auth' && code === 'connection-lost'

/** Another server now has the address: its certificate has another name, or it rejects the domain (RFC 6120 §4.9.3). */
const isElsewhere = ({condition = '', stage}: Failure): boolean =>
  stage === 'tls' || ['host-gone', 'host-unknown'].includes(condition)

/** An encrypted stream on which only registration is possible (XEP-0077 §3.1). */
export async function openUnauthenticated(account: Account, run: Attempt): Promise<Opened> {
  const {stream} = await openStream({...account, server: run.servers.inOrder}, run)
  await untilAborted(stream, run, () => {
    void stream.open({domain: account.jid.domain})
    void stream.flush()
    return stream.read()
  })
  return {...established(stream, run), jid: '', resumed: false}
}

/** The server explicitly refused the credentials. */
const isRefusal = ({condition, exitCode, stage}: Failure): boolean =>
  stage === 'auth' &&
  condition !== undefined &&
  (exitCode === EXIT.noPermission || exitCode === EXIT.protocol)

/** An error in answer to the sign-in or the bind request: the server processed none of the stanzas sent with it (RFC 6120 §4.9.1.1, §6.4.5, §7.1). */
const isStated = ({code, condition, stage}: Failure): boolean =>
  (stage === 'auth' || stage === 'bind') && (condition !== undefined || code === MORE_TASKS)

async function openWith(
  account: Account,
  router: StanzaRouter,
  run: Attempt,
  manner: SignInOptions & {remembered: SavedState; unansweredToken: Failure | undefined},
): Promise<Opened & {bound: Bound}> {
  const {memory} = account
  const known = manner.remembered.endpoint
  const {line, stream} = await openStream(account, run, known)
  try {
    const signedIn = await untilAborted(stream, run, () =>
      signIn({account, binding: line.binding, ...manner, router, stream, trace: run.trace}),
    )
    // Not awaited: the answers to the stanzas sent with the sign-in may have arrived.
    if (signedIn.token || manner.unansweredToken) void memory?.save({token: signedIn.token})
    if (isByDns(account) && line.endpoint !== known) void memory?.save({endpoint: line.endpoint})
    run.trace.note('bind', signedIn.resumed ? 'resumed' : `signed in as ${signedIn.jid}`)
    return {
      ...established(stream, run),
      jid: signedIn.jid,
      resumed: signedIn.resumed,
      bound: describe(signedIn, line, stream.maxBytes),
    }
  } catch (error) {
    if (error instanceof Failure && isStated(error)) router.outbox.requeue()
    throw toSeeOtherHost(error, line.endpoint.kind)
  }
}

async function openStream(
  account: Account,
  run: Attempt,
  known?: Endpoint,
): Promise<{line: Connection; stream: XmlStream}> {
  const line = await openConnection(account, run, known)
  run.deadline.stage = 'auth'
  const stream = new XmlStream(line.transport, run.trace)
  // Node does not flush a write made inside this event
  line.tls.on('session', () => setImmediate(() => stream.nudge()))
  return {line, stream}
}

/** From now on only the limit of the whole run applies. */
function established(stream: XmlStream, {deadline}: Attempt): {stream: XmlStream} {
  deadline.stage = 'request'
  stream.stage = 'request'
  deadline.connected()
  return {stream}
}

/** Lets the deadline end a negotiation that waits for the server; closes the stream on failure. */
async function untilAborted<T>(
  stream: XmlStream,
  {deadline: {signal}}: Attempt,
  work: () => Promise<T>,
): Promise<T> {
  using _ = addAbortListener(signal, () => stream.fail(signal.reason as Failure))
  try {
    signal.throwIfAborted()
    return await work()
  } catch (error) {
    await stream.close()
    throw error
  }
}

function describe(
  {features, jid, mechanism, resumed}: SignedIn,
  {cipher, endpoint, protocol}: Connection,
  maxBytes: number | undefined,
): Bound {
  const {host, kind, port} = endpoint
  return {
    jid,
    mechanism,
    maxBytes,
    resumed,
    streamManagement: features && features.getChild('sm', NS_SM) !== undefined,
    server: {kind, host, port},
    tls: {
      protocol,
      cipher,
      channelBinding: mechanism.endsWith('-PLUS') || mechanism.endsWith('-EXPR'),
    },
  }
}
