/** The only way to the network: opens a session, passes it to a function, and always closes it. */
import {setTimeout as sleep} from 'node:timers/promises'
import {uptime} from '../clock.ts'
import {type Failure, toFailure} from '../errors.ts'
import type {Iq, StanzaChannel} from '../xml.ts'
import type {Attempt} from './connect/attempt.ts'
import {ServerOrder} from './connect/server-order.ts'
import {type Limits, startDeadline} from './deadline.ts'
import {type Bound, type Opened, openSession, openUnauthenticated} from './open.ts'
import {type ReconnectHandlers, runSession} from './run-session.ts'
import {StanzaRouter} from './stanzas/stanza-router.ts'
import type {Resumable} from './stanzas/stream-management.ts'
import {type TraceSink, traceTo} from './stream/trace.ts'
import type {Account} from './types.ts'

export type {Bound} from './open.ts'
export type {ReconnectHandlers as Hold} from './run-session.ts'

export interface Session {
  iq: Iq
  stanzas: StanzaChannel
  /** Resolves once signed in. Callers send without waiting for it: stanzas are written as early as is safe. */
  bound: Promise<Bound>
  /** Aborts, with a `Failure` as its reason, when the run must end. */
  signal: AbortSignal
}

type RetryLimits = Pick<Account, 'began' | 'connectTimeout' | 'retry' | 'timeout'> &
  Partial<Pick<Account, 'server'>>

export interface SessionOptions {
  trace: TraceSink
  /** Ends the run early, with a `Failure` as its reason. */
  interrupt?: AbortSignal
  /** Lets the session outlive its connection (XEP-0198), and receives its connection events. */
  hold?: ReconnectHandlers
  /**
   * Opens a new session when the connection is lost, unless `onDisconnect` throws, and sends requests for data again.
   * Unlike with `hold`, the first stanzas leave with the sign-in.
   */
  reconnect?: Pick<ReconnectHandlers, 'onDisconnect' | 'keepalive'>
  /** The session of another process, to resume if the server still has it. */
  resume?: Resumable | undefined
  /** Makes the server invalidate the token of this sign-in. */
  forget?: boolean
  /** Completes the failure of an opening, such as with the flag that caused it. All stanzas of the session get it too. */
  explain?(failure: Failure): Failure
}

/** Opens a session, runs `use` with it, and closes it; tries again after a retryable failure. */
export function withSession<T>(
  account: Account,
  use: (session: Session) => Promise<T>,
  options: SessionOptions,
): Promise<T> {
  const {forget = false, hold, reconnect} = options
  const signInOptions = {forget, hold: hold !== undefined, resume: options.resume}
  return withRetries(account, options, (run) => {
    const router = new StanzaRouter(account.jid.bare, account.jid.domain, hold?.record, hold?.save)
    const backoff = new ReconnectBackoff()
    const opening = openSession(account, router, run, signInOptions).catch(explained(options))
    const bound = opening.then(({bound}) => bound)
    bound.catch(() => {}) // most commands do not use it
    return runSession({
      router,
      hold: hold ?? reconnect,
      run,
      opening,
      reopen: () => reconnectUntilRefused(account, router, {run, backoff}, options),
      use: (signal) => use({bound, iq: router, signal, stanzas: router}),
    })
  })
}

const explained =
  ({explain}: SessionOptions) =>
  (error: unknown): never => {
    throw explain ? explain(toFailure(error)) : error
  }

/** Opens an encrypted stream without signing in, to register an account (XEP-0077). */
export function withUnauthenticatedStream<T>(
  account: Account,
  use: (iq: Iq) => Promise<T>,
  options: SessionOptions,
): Promise<T> {
  return withRetries(account, options, (run) => {
    const router = new StanzaRouter(account.jid.domain, account.jid.domain)
    return runSession({
      router,
      run,
      opening: openUnauthenticated(account, run),
      use: () => use(router),
    })
  })
}

/** Runs a function without a session, with the deadline and the retries of one. */
export function withDeadline<T>(
  limits: RetryLimits,
  use: (signal: AbortSignal) => Promise<T>,
  options: SessionOptions,
): Promise<T> {
  return withRetries(limits, options, ({deadline}) => {
    deadline.connected()
    return use(deadline.signal)
  })
}

/** Tries again after a retryable failure (the server delivered nothing), `retry` times, inside one deadline. */
async function withRetries<T>(
  account: RetryLimits,
  options: SessionOptions,
  attempt: (run: Attempt) => Promise<T>,
): Promise<T> {
  const {began = uptime(), timeout} = account
  const whole = timeout === undefined ? undefined : {timeout, began}
  const servers = new ServerOrder(account.server)
  for (let failures = 0; ; ) {
    const run = newAttempt(account, options, {servers, whole})
    try {
      return await attempt(run)
    } catch (error) {
      const failure = toFailure(error)
      if (!failure.retryable || run.deadline.runSignal.aborted) throw failure
      if (servers.failed()) {
        run.trace.note('connect', `${failure.message}; trying the next server`)
        continue
      }
      const requested = pauseUntil(failure.retryAfter)
      if (failures >= account.retry || requested > MAX_REQUESTED_PAUSE_MS) throw failure
      await backOff(failures++, run, failure.message, requested).catch(() => {
        throw failure
      })
      servers.retryAll()
    } finally {
      run.deadline.clear()
    }
  }
}

/** Resumes the session or opens a new one; gives up when the server refuses or the run ends. */
async function reconnectUntilRefused(
  account: Account,
  router: StanzaRouter,
  {backoff, run}: {backoff: ReconnectBackoff; run: Attempt},
  options: SessionOptions,
): Promise<Opened> {
  const useless = backoff.uselessSessions(router.serverResponded)
  if (useless > 0) await backOff(useless - 1, run, 'The last session ended too early')
  const {servers} = run
  servers.failed()
  const hold = options.hold !== undefined
  for (let failures = 0; ; failures++) {
    if (!hold) router.discardSession() // requests may have been written in an attempt that failed, too
    const again = newAttempt(account, {...options, interrupt: run.deadline.signal}, {servers})
    const signInOptions = {hold, resume: router.acknowledging.takeResumable()}
    try {
      const opened = await openSession(account, router, again, signInOptions).catch(
        explained(options),
      )
      backoff.start()
      servers.retryAll()
      return opened
    } catch (error) {
      const failure = toFailure(error)
      if (!failure.retryable || run.deadline.signal.aborted) throw failure
      if (servers.failed()) continue
      await backOff(failures, run, failure.message)
      servers.retryAll()
    } finally {
      again.deadline.clear()
    }
  }
}

// A connection that ends this soon may have been ended because of a stanza that the client sent on it.
const SHORT_MS = 300

/**
 * Counts the useless sessions in a row: ended at once, or without an answer or a delivery after the sign-in. To reconnect
 * without a pause after these would be a loop at full speed against a server that accepts every sign-in.
 */
class ReconnectBackoff {
  /** Undefined before the first reconnection, which needs no pause. */
  #started: number | undefined
  #useless = 0

  start(): void {
    this.#started = uptime()
  }

  /** @param responded whether the server answered or delivered anything in the session that has ended */
  uselessSessions(responded: boolean): number {
    const started = this.#started
    const wasUseful = started === undefined || (responded && uptime() - started >= SHORT_MS)
    this.#useless = wasUseful ? 0 : this.#useless + 1
    return this.#useless
  }
}

function newAttempt(
  account: Pick<Account, 'connectTimeout'>,
  options: SessionOptions,
  {servers, whole}: {servers: ServerOrder; whole?: Limits['whole']},
): Attempt {
  // A silent server leaves time for the others.
  const connect = account.connectTimeout / Math.max(1, servers.size)
  const limits = {connect, interrupt: options.interrupt, whole}
  return {deadline: startDeadline(limits), trace: traceTo(options.trace), servers}
}

// For a server that asks for a longer pause, the user decides when to try again.
const MAX_REQUESTED_PAUSE_MS = 60_000

const pauseUntil = (time: string | undefined): number =>
  time === undefined ? 0 : Math.max(0, Date.parse(time) - Date.now())

/** Half a second first, half a minute at most; random, so that clients do not reconnect at the same moment. */
async function backOff(
  failures: number,
  {deadline, trace}: Attempt,
  reason: string,
  least = 0,
): Promise<void> {
  const usual = Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2)
  const pause = Math.max(usual, least)
  trace.note('connect', `${reason}; trying again in ${Math.round(pause)} ms`)
  await sleep(pause, undefined, {signal: deadline.runSignal})
}
