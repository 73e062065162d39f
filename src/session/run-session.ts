/** A session in use: it runs beside its user, is taken up again where that was asked for, and is always closed. */
import {setTimeout as sleep} from 'node:timers/promises'
import {type Failure, toFailure} from '../errors.ts'
import type {Element} from '../xml.ts'
import type {Attempt} from './attempt.ts'
import type {Opened} from './open.ts'
import type {KeepaliveTimes} from './stanzas/keepalive.ts'
import type {StanzaRouter} from './stanzas/stanza-router.ts'
import type {Resumable} from './stanzas/stream-management.ts'
import type {XmlStream} from './stream/stream.ts'
import {isFollowable} from './stream/stream-errors.ts'

/** For sessions that outlive a connection. */
export interface ReconnectHandlers {
  onDisconnect(failure: Failure): void | Promise<void>
  /**
   * `resumed`: nothing was missed. Otherwise the session is a new one, and nobody knows it is there. What is sent
   * from here leaves when this resolves: it may not wait for an answer.
   */
  onReconnect(jid: string, resumed: boolean): void | Promise<void>
  /** What it takes to go on with the session, before the server is told how much was handled. */
  record?(session: Resumable): void
  /**
   * What arrived and was not handled until the session ends, in order; resolves with how many of these, from the first
   * on, count as handled then. `settled`: the server has nothing more for this session.
   */
  keep?(stanzas: Element[], settled: boolean): Promise<number>
  /** When a silent connection counts as dead. */
  keepalive?: KeepaliveTimes
}

export interface RunSessionOptions<T> {
  router: StanzaRouter
  run: Attempt
  open(): Promise<Opened>
  /** Takes the session up again, or opens a new one, as long as the run allows. */
  reopen?: (() => Promise<Opened>) | undefined
  hold?: ReconnectHandlers | undefined
  use(signal: AbortSignal): Promise<T>
}

/** A minute and a half: shorter than servers wait for us, longer than a phone network is away in a tunnel. */
const KEEPALIVE: KeepaliveTimes = {idleMs: 60_000, timeoutMs: 30_000}

// What a run may still do, such as print its last line, after its session has ended.
const FINISH_MS = 1000

/** Runs `use` beside the opening, so that its first stanzas can leave with the sign-in. */
export async function runSession<T>(lending: RunSessionOptions<T>): Promise<T> {
  const {router, run, use} = lending
  const {signal} = run.deadline
  let opened: Opened | undefined
  let done = false
  const opening = lending.open()
  const keep = async (): Promise<never> => {
    opened = await opening
    for (;;) {
      try {
        await router.run(
          opened.stream,
          opened.jid,
          lending.hold && (lending.hold.keepalive ?? KEEPALIVE),
        )
      } catch (error) {
        if (done) throw error
        opened = await reconnect(lending, opened, toFailure(error))
      }
    }
  }
  const over = keep().catch((error: unknown) => {
    const failure = signal.aborted ? (signal.reason as Failure) : toFailure(error)
    router.end(failure, signal.aborted)
    throw failure
  })
  const abort = (): void => router.end(signal.reason as Failure, true)
  signal.addEventListener('abort', abort)
  const used = use(signal)
  used.catch(() => {}) // whoever wins the race below is heard
  try {
    return await Promise.race([used, over.catch((failure) => finishUse(used, failure))])
  } finally {
    signal.removeEventListener('abort', abort)
    done = true
    await opening.catch(() => {}) // told already; what is still on its way is closed as well
    if (opened) {
      await keepUnhandled(lending, opened.stream, over)
      router.acknowledging.sendFinalAck(opened.stream)
      await opened.stream.close()
    }
  }
}

async function reconnect<T>(
  {router, hold, reopen, run}: RunSessionOptions<T>,
  opened: Opened,
  failure: Failure,
): Promise<Opened> {
  const isFollowed = isFollowable(failure, router.acknowledging.receivedHere)
  if (!hold || !reopen || !isFollowed || run.deadline.signal.aborted) throw failure
  opened.stream.abandon()
  router.lost(failure)
  await hold.onDisconnect(failure)
  const next = await reopen()
  // Not awaited: what it asks is answered only once the router runs again.
  void Promise.resolve(hold.onReconnect(next.jid || opened.jid, next.resumed)).catch(
    (error: unknown) => next.stream.fail(toFailure(error)),
  )
  return {...next, jid: next.jid || opened.jid}
}

// A server that takes longer to say what it has sent is left without.
const RETIRE_MS = 1000

/** Lets the run keep what it was sent and did not handle, to the last that is on its way. */
async function keepUnhandled<T>(
  {router: {acknowledging}, hold}: RunSessionOptions<T>,
  stream: XmlStream,
  over: Promise<never>,
): Promise<void> {
  if (!hold?.keep) return
  const late = sleep(RETIRE_MS, false, {ref: false})
  const retired = acknowledging.retire(stream).then(() => true)
  const settled = !stream.ended && (await Promise.race([retired, late, over.catch(() => false)]))
  acknowledging.drop(await hold.keep(acknowledging.unhandled, settled))
}

/** The session is over, but the run may have its own way to end. */
async function finishUse<T>(used: Promise<T>, failure: Failure): Promise<T> {
  const late = sleep(FINISH_MS, undefined, {ref: false}).then(() => Promise.reject(failure))
  return Promise.race([used, late])
}
