/** One attempt to open and use a session: its deadline, its stage and its trace. */
import type {Stage} from '../errors.ts'
import type {ServerOrder} from './connect/server-order.ts'
import type {Deadline} from './deadline.ts'
import type {Trace} from './stream/trace.ts'

export interface Attempt {
  deadline: Deadline
  /** @param peer the addresses that the session waits for; without it, those of the stage before */
  setStage(stage: Stage, peer?: string): void
  trace: Trace
  servers: ServerOrder
}
