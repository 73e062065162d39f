/** One attempt to open and use a session: its deadline, its stage and its trace. */
import type {Stage} from '../errors.ts'
import type {ServerOrder} from './connect/server-order.ts'
import type {Deadline} from './deadline.ts'
import type {Trace} from './stream/trace.ts'

export interface Attempt {
  deadline: Deadline
  setStage(stage: Stage): void
  trace: Trace
  servers: ServerOrder
}
