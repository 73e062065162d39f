/** One attempt to open and use a session: its deadline, its trace, and the servers to try. */
import type {Deadline} from '../deadline.ts'
import type {Trace} from '../stream/trace.ts'
import type {ServerOrder} from './server-order.ts'

export interface Attempt {
  deadline: Deadline
  trace: Trace
  servers: ServerOrder
}
