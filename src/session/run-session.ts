/** Runs a function with a session: reconnects if the caller requests it, and always closes the session. */
import {setTimeout as sleep} from 'node:timers/promises'
import {type Failure, toFailure} from '../errors.ts'
import type {Element} from '../xml.ts'
import type {Attempt} from './connect/attempt.ts'
import type {Opened} from './open.ts'
import type {SaveStanzas} from './stanzas/inbox.ts'
import type {KeepaliveTimes} from './stanzas/keepalive.ts'
import type {StanzaRouter} from './stanzas/stanza-router.ts'
import type {Resumable} from './stanzas/stream-management.ts'
import type {XmlStream} from './stream/stream.ts'
import {isFollowable} from './stream/stream-errors.ts'

/** For a session that outlives its connection. */
export interface ReconnectHandlers {
  /** A failure that it throws ends the session. */
  onDisconnect(failure: Failure): void | Promise<void>
  /**
   * `resumed`: no stanza was missed. Otherwise the session is new and has sent no presence. Must not wait for an
   * answer: the session reads again only afterwards.
   */
  onReconnect?(jid: string, resumed: boolean): void | Promise<void>
  /** Saves what is necessary to resume the session; called before each acknowledgement. */
  record?(session: Resumable): void
  /** Saves stanzas that wait for a slow reader: they are acknowledged before they are handled. */
  save?: SaveStanzas
  /**
   * Saves the stanzas that arrived and were not handled when the session ends, in order; resolves with how many of them,
   * from the first on, now count as handled. `settled`: the server has nothing more to deliver to this session.
   */
  keep?(stanzas: Element[], settled: boolean): Promise<number>
  /** When a silent connection counts as lost. */
  keepalive?: KeepaliveTimes
}

export interface RunSessionOptions<T> {
  router: StanzaRouter
  run: Attempt
  opening: Promise<Opened>
  /** Resumes the session, or opens a new one, while the run lasts. */
  reopen?: (() => Promise<Opened>) | undefined
  hold?: ReconnectHandlers | undefined
  use(signal: AbortSignal): Promise<T>
}

/** 90 seconds: servers keep a lost session longer, and a mobile connection is seldom away so long. */
const KEEPALIVE: KeepaliveTimes = {idleMs: 60_000, timeoutMs: 30_000}

// Time for `use` to finish, for example to print its last line, after the session has ended.
const FINISH_MS = 1000

/** Runs `use` beside the opening, so that its first stanzas can leave with the sign-in. */
export async function runSession<T>(options: RunSessionOptions<T>): Promise<T> {
  const {opening, router, run, use} = options
  const {signal} = run.deadline
  let opened: Opened | undefined
  let done = false
  const stayConnected = async (): Promise<never> => {
    opened = await opening
    for (;;) {
      try {
        await router.run(
          opened.stream,
          opened.jid,
          options.hold && (options.hold.keepalive ?? KEEPALIVE),
        )
      } catch (error) {
        if (done) throw error
        opened = await reconnect(options, opened, toFailure(error))
      }
    }
  }
  const over = stayConnected().catch((error: unknown) => {
    const failure = signal.aborted ? (signal.reason as Failure) : toFailure(error)
    router.end(failure, signal.aborted)
    throw failure
  })
  const abort = (): void => router.end(signal.reason as Failure, true)
  signal.addEventListener('abort', abort)
  const used = use(signal)
  used.catch(() => {}) // the race below reports the first failure
  try {
    return await Promise.race([used, over.catch((failure) => finishUse(used, failure))])
  } finally {
    signal.removeEventListener('abort', abort)
    done = true
    await opening.catch(() => {}) // reported already; a session that opens late must be closed too
    if (opened) {
      await saveUnhandled(options, opened.stream, over)
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
  // Not awaited: its requests are answered only once the router runs again.
  void Promise.resolve(hold.onReconnect?.(next.jid || opened.jid, next.resumed)).catch(
    (error: unknown) => next.stream.fail(toFailure(error)),
  )
  return {...next, jid: next.jid || opened.jid}
}

// The session closes without waiting longer for the last deliveries.
const RETIRE_MS = 1000

/** Lets the caller save the stanzas that arrived and were not handled, including those in transit. */
async function saveUnhandled<T>(
  {router: {acknowledging, inbox, slowReader}, hold}: RunSessionOptions<T>,
  stream: XmlStream,
  over: Promise<never>,
): Promise<void> {
  if (!hold?.keep) return
  slowReader.stop()
  const late = sleep(RETIRE_MS, false, {ref: false})
  const retired = acknowledging.retire(stream).then(() => true)
  const settled = !stream.ended && (await Promise.race([retired, late, over.catch(() => false)]))
  inbox.drop(await hold.keep(inbox.unhandled, settled))
}

/** The session has ended; `use` may still return a result of its own. */
async function finishUse<T>(used: Promise<T>, failure: Failure): Promise<T> {
  const late = sleep(FINISH_MS, undefined, {ref: false}).then(() => Promise.reject(failure))
  return Promise.race([used, late])
}
