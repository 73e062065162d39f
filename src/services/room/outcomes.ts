/** The outcome for each of several JIDs: an error for one of them does not stop the others. */
import {type Failure, toFailure} from '../../errors.ts'

export interface JidOutcome<State extends string> {
  jid: string
  /** `unknown`: the connection was lost before the room confirmed it. */
  state: State | 'failed' | 'unknown'
  error: Failure | null
}

/** In order, because the order is part of the request: the last owner is removed only after the new one is added. */
export async function changeEach<State extends string>(
  jids: string[],
  done: State,
  change: (jid: string) => Promise<void>,
): Promise<JidOutcome<State>[]> {
  const outcomes: JidOutcome<State>[] = []
  for (const jid of jids) outcomes.push(await outcomeOf(jid, done, change))
  return outcomes
}

async function outcomeOf<State extends string>(
  jid: string,
  done: State,
  change: (jid: string) => Promise<void>,
): Promise<JidOutcome<State>> {
  try {
    await change(jid)
    return {jid, state: done, error: null}
  } catch (error) {
    const failure = toFailure(error)
    return {jid, state: failure.isUnknownOutcome ? 'unknown' : 'failed', error: failure}
  }
}
