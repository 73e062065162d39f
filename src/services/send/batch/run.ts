/** Standard input, line by line, against a server that may come and go. */

import {IdleTimeout, type ReceiptWait} from '../../../cli/idle-timeout.ts'
import {processInOrder} from '../../../cli/ordered-queue.ts'
import {shutdownSignal} from '../../../cli/signals.ts'
import {openStdin} from '../../../cli/stdin.ts'
import type {Failure} from '../../../errors.ts'
import {RateLimiter, rateLimited} from './rate-limiter.ts'
import {type InputLine, readLineGroups} from './read-lines.ts'
import {type Open, ReconnectingSession, type Worker} from './reconnecting-session.ts'

/** Does something on the session that stands, or on the next if this one was lost before it left. */
export type OnSession<W> = <R>(
  act: (worker: W, patience: ReceiptWait) => Promise<R>,
  failureOf: (result: R) => Failure | null,
) => Promise<R>

export interface BatchRun<W extends Worker, R> {
  open: Open<W>
  /** Milliseconds that the server may say nothing while an answer is due. */
  silence: number
  /** Lines a second at most. */
  rate: number | undefined
  /** Never rejects: what goes wrong with a line is its result. */
  work(line: InputLine, onSession: OnSession<W>): Promise<R>
  /** Called once at a time, in the order of the lines, with all that are known by then. */
  tell(results: R[]): Promise<void>
}

/** A line is what it says, the envelope around it, and what the server says of it. */
const OVERHEAD_BYTES = 256

export async function runBatch<W extends Worker, R>(run: BatchRun<W, R>): Promise<void> {
  const silence = new IdleTimeout(run.silence)
  const pace = run.rate === undefined ? undefined : new RateLimiter(run.rate)
  const link = new ReconnectingSession(run.open, silence, pace)
  const onSession: OnSession<W> = (act, failureOf) =>
    link.run(
      (worker, confirm) => silence.withReceiptTimeout((patience) => act(worker, patience), confirm),
      failureOf,
    )
  const stop = AbortSignal.any([shutdownSignal, link.signal])
  const lines = readLineGroups(openStdin(), stop)
  await link.while(() =>
    processInOrder({
      groups: pace ? rateLimited(lines, pace, stop) : lines,
      sizeOf: ({text}) => OVERHEAD_BYTES + Buffer.byteLength(text),
      work: (line) => run.work(line, onSession),
      onResults: run.tell,
    }),
  )
}
