/** Several pings in one session. */
import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT, Failure} from '../../errors.ts'
import {ping} from '../../protocol/core/ping.ts'
import type {Iq} from '../../xml.ts'

interface PingSession {
  iq: Iq
  /** Resolves once the session is open. */
  bound: Promise<unknown>
  signal: AbortSignal
}

export interface PingOptions {
  to: string
  count: number
  /** Between two pings, in milliseconds. */
  interval: number
}

/** @param onReply is called with the time of each round trip, in milliseconds */
export async function pingRepeatedly(
  {bound, iq, signal}: PingSession,
  {count, interval, to}: PingOptions,
  onReply: (time: number) => Promise<void>,
): Promise<void> {
  // A single ping is sent together with the sign-in, to save a round trip. Several must have comparable times.
  if (count > 1) await bound
  for (let replies = 0; replies < count; replies++) {
    if (replies > 0) await pause(interval, signal)
    await onReply(await ping(iq, to))
  }
}

/** The failure of a run that received only some of its replies before the time limit. */
export function incomplete(failure: Failure, replies: number, count: number): Failure {
  if (failure.code !== 'timeout' || replies === 0) return failure
  return new Failure('timeout', `${replies} of ${count} replies came in time`, EXIT.deadline, {
    stage: 'request',
    cause: failure,
  })
}

/** Rejects with the reason of the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, {signal}).catch(() => {
    throw signal.reason
  })
}
