/** Standard input, line by line, against a server that may come and go. */

import {runBatch} from '../../../cli/ordered-queue.ts'
import {interrupted} from '../../../cli/signals.ts'
import {openStdin} from '../../../cli/stdin.ts'
import type {Failure} from '../../../errors.ts'
import {type Patience, Silence} from './idle-timeout.ts'
import {Pace, paced} from './rate-limiter.ts'
import {type Line, lineGroups} from './read-lines.ts'
import {Link, type Open, type Worker} from './reconnecting-session.ts'

/** Does something on the session that stands, or on the next if this one was lost before it left. */
export type OnSession<W> = <R>(
  act: (worker: W, patience: Patience) => Promise<R>,
  failureOf: (result: R) => Failure | null,
) => Promise<R>

export interface LineRun<W extends Worker, R> {
  open: Open<W>
  /** Milliseconds that the server may say nothing while an answer is due. */
  silence: number
  /** Lines a second at most. */
  rate: number | undefined
  /** Never rejects: what goes wrong with a line is its result. */
  work(line: Line, onSession: OnSession<W>): Promise<R>
  /** Called once at a time, in the order of the lines, with all that are known by then. */
  tell(results: R[]): Promise<void>
}

/** A line is what it says, the envelope around it, and what the server says of it. */
const OVERHEAD_BYTES = 256

export async function runLines<W extends Worker, R>(run: LineRun<W, R>): Promise<void> {
  const silence = new Silence(run.silence)
  const pace = run.rate === undefined ? undefined : new Pace(run.rate)
  const link = new Link(run.open, silence, pace)
  const onSession: OnSession<W> = (act, failureOf) =>
    link.use(
      (worker, confirm) => silence.patiently((patience) => act(worker, patience), confirm),
      failureOf,
    )
  const stop = AbortSignal.any([interrupted, link.signal])
  const lines = lineGroups(openStdin(), stop)
  await link.during(() =>
    runBatch({
      groups: pace ? paced(lines, pace, stop) : lines,
      weigh: ({text}) => OVERHEAD_BYTES + Buffer.byteLength(text),
      work: (line) => run.work(line, onSession),
      tell: run.tell,
    }),
  )
}
