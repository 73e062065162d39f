/** From an account to a stream on which somebody has signed in, or nobody yet. */

import {EXIT, Failure, toFailure} from '../errors.ts'
import type {Attempt} from './attempt.ts'
import {MORE_TASKS} from './auth/sasl2.ts'
import {type SignedIn, type SignIn, signIn} from './auth/sign-in.ts'
import {type Connection, openConnection} from './connect/connection.ts'
import {SeeOtherHost, toSeeOtherHost} from './connect/see-other-host.ts'
import type {StanzaRouter} from './stanzas/stanza-router.ts'
import {XmlStream} from './stream/stream.ts'
import type {Account, Endpoint, SavedState} from './types.ts'

/** What a session came to be: for the curious, and for `whoami`. */
export interface Bound {
  /** The full JID that the server bound. */
  jid: string
  mechanism: string
  tls: {protocol: string; cipher: string; channelBinding: boolean}
  server: {kind: string; host: string; port: number}
  /** The largest stanza that the server takes, where it says so (XEP-0478). */
  maxBytes: number | undefined
}

export interface Opened {
  stream: XmlStream
  /** The full JID; empty where nobody signed in. */
  jid: string
  /** The session of an earlier connection goes on: nothing was missed. */
  resumed: boolean
}

/** More, and the servers would be sending us round. */
const MAX_HOPS = 3

/** How to sign in, besides with what. */
export type SignInOptions = Pick<SignIn, 'hold' | 'resume' | 'forget'>

/** Connects and signs in, with what an earlier run left; where that is wrong by now, without it. */
export async function openSession(
  named: Account,
  router: StanzaRouter,
  run: Attempt,
  manner: SignInOptions,
): Promise<Opened & {bound: Bound}> {
  let account = named
  let hops = 0
  let unansweredToken: Failure | undefined
  for (let remembered = await loadState(account); ; ) {
    try {
      return await openWith(account, router, run, {...manner, remembered, unansweredToken})
    } catch (error) {
      const failure = toFailure(error)
      // Who has nothing but the token does not lose it with the connection.
      if (unansweredToken && failure.stage === 'config') throw unansweredToken
      if (failure instanceof SeeOtherHost && failure.server && hops++ < MAX_HOPS) {
        run.trace.note(failure.stage, `the server sends us to ${failure.server}`)
        account = {...account, server: failure.server}
        const {endpoint: _, ...rest} = remembered
        remembered = rest
        continue
      }
      const wrong = staleEntry(remembered, failure)
      if (!wrong) throw failure
      const silent = wrong === 'token' && isSilence(failure)
      run.trace.note(failure.stage, silent ? SILENT : WITHOUT[wrong])
      if (silent && router.outbox.requeueIfSafe()) unansweredToken = failure
      else await account.memory?.save({[wrong]: undefined})
      if (silent && !unansweredToken) throw failure
      const {[wrong]: _, ...rest} = remembered
      remembered = rest
    }
  }
}

/** Whether DNS says where the server is: not what the user named, and not what a proxy sees. */
const isByDns = ({proxy, server}: Account): boolean => server === undefined && proxy === undefined

/** What is of use to this run. */
async function loadState(account: Account): Promise<SavedState> {
  const {endpoint, ...rest} = (await account.memory?.load()) ?? {}
  return endpoint && isByDns(account) ? {...rest, endpoint} : rest
}

const WITHOUT = {
  token: 'the server refused the token; signing in without it',
  endpoint: 'this is not the server any more; asking DNS',
}

const SILENT = 'the server closed the connection on the token; doing without it'

/** What we remember that can be the reason of a failure. */
function staleEntry(
  {endpoint, token}: SavedState,
  failure: Failure,
): keyof typeof WITHOUT | undefined {
  if (endpoint && isElsewhere(failure)) return 'endpoint'
  return token && (isRefusal(failure) || isSilence(failure)) ? 'token' : undefined
}

/** No answer to the sign-in but the end of the connection; what went along may have been dealt with. */
const isSilence = ({code, stage}: Failure): boolean =>
  stage === 'auth' && code === 'connection-lost'

/** Another server by now: a certificate of another name, or a stream that goes no further (RFC 6120 §4.9.3). */
const isElsewhere = ({condition = '', stage}: Failure): boolean =>
  stage === 'tls' || ['host-gone', 'host-unknown'].includes(condition)

/** An encrypted stream on which only registration is possible (XEP-0077 §3.1). */
export async function openUnauthenticated({
  account,
  run,
}: {
  account: Account
  run: Attempt
}): Promise<Opened> {
  const {stream} = await openStream(account, run)
  await untilAborted(stream, run, () => {
    stream.header({to: account.jid.domain})
    void stream.flush()
    return stream.read()
  })
  return {...established(stream, run), jid: '', resumed: false}
}

/** A stated refusal of what we signed in with. */
const isRefusal = ({condition, exitCode, stage}: Failure): boolean =>
  stage === 'auth' &&
  condition !== undefined &&
  (exitCode === EXIT.noPermission || exitCode === EXIT.protocol)

/** In place of an answer to the sign-in or the bind request: nothing that went along was dealt with (RFC 6120 §4.9.1.1, §6.4.5, §7.1). */
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
      signIn({...identity(account, line), ...manner, router, stream, trace: run.trace}),
    )
    // Not waited for: the answer to what was sent may be here already.
    if (signedIn.token || manner.unansweredToken) void memory?.save({token: signedIn.token})
    if (isByDns(account) && line.endpoint !== known) void memory?.save({endpoint: line.endpoint})
    run.trace.note('bind', signedIn.resumed ? 'resumed' : `signed in as ${signedIn.jid}`)
    return {
      ...established(stream, run),
      jid: signedIn.jid,
      resumed: signedIn.resumed,
      bound: {...describe(signedIn, line), maxBytes: stream.maxBytes},
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
  const {deadline, setStage: enter, trace} = run
  const line = await openConnection(account, {enter, signal: deadline.signal, trace}, known)
  enter('auth')
  const stream = new XmlStream(line.transport, trace)
  // inside the event Node would keep what is written to itself
  line.tls.on('session', () => setImmediate(() => stream.nudge()))
  return {line, stream}
}

/** From here on only the limit of the whole run counts. */
function established(stream: XmlStream, {deadline, setStage: enter}: Attempt): {stream: XmlStream} {
  enter('request')
  stream.stage = 'request'
  deadline.connected()
  return {stream}
}

/** Lets the clock end a negotiation that waits for the server; what fails is closed. */
async function untilAborted<T>(
  stream: XmlStream,
  {deadline: {signal}}: Attempt,
  work: () => Promise<T>,
): Promise<T> {
  const abort = (): void => stream.fail(signal.reason as Failure)
  signal.addEventListener('abort', abort)
  try {
    signal.throwIfAborted()
    return await work()
  } catch (error) {
    await stream.close()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function identity({anonymous, jid, password, trust}: Account, {binding}: Connection) {
  return {
    domain: jid.domain,
    bare: anonymous ? undefined : jid.bare,
    resource: jid.resource,
    credentials: {
      username: jid.local ?? '',
      bare: jid.bare,
      password,
      anonymous,
      certificate: trust.cert !== undefined,
      binding,
      verified: !trust.insecure,
    },
  }
}

function describe({jid, mechanism}: SignedIn, {cipher, endpoint, protocol}: Connection) {
  const {host, kind, port} = endpoint
  return {
    jid,
    mechanism,
    server: {kind, host, port},
    tls: {
      protocol,
      cipher,
      channelBinding: mechanism.endsWith('-PLUS') || mechanism.endsWith('-EXPR'),
    },
  }
}
