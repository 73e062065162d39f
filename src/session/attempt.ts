/** One run: its clock, how far it has come, and what it says of itself. */
import type {Stage} from '../errors.ts'
import type {Deadline} from './deadline.ts'
import type {Trace} from './stream/trace.ts'

export interface Attempt {
  deadline: Deadline
  setStage(stage: Stage): void
  trace: Trace
}
