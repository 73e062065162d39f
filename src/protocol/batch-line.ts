/** One line of a batch of messages: what it says, and what became of it. */
import {type Failure, toFailure} from '../errors.ts'
import type {Courier, Parcel} from './courier.ts'
import type {Patience} from './delivery.ts'
import type {SendResult} from './message.ts'
import {type MessageOptions, pack, parseLine, parseOutgoing} from './outgoing.ts'

/** A line may be so bad that nobody knows whom it was for. */
export type LineResult = {line: number} & Omit<SendResult, 'to' | 'id'> & {
    to: string | null
    id: string | null
  }

export interface BatchContext {
  /** What a line does not say for itself. */
  defaults: MessageOptions
  /** Of the server, in bytes. */
  limit: number | undefined
  /** Does it on a session that stands, or on the next one while it is as if it had not been done. */
  onSession(
    act: (courier: Courier, patience: Patience) => Promise<SendResult>,
    failureOf: (result: SendResult) => Failure | null,
  ): Promise<SendResult>
}

/** Never rejects: a bad line is that line's error. One result, or with `split` one for each part. */
export async function sendLine(
  {number, text}: {number: number; text: string},
  {defaults, limit, onSession}: BatchContext,
): Promise<LineResult[]> {
  let parcels: Parcel[]
  try {
    parcels = pack(parseOutgoing({...defaults, ...parseLine(text)}), limit)
  } catch (error) {
    return [failed(number, {to: null, id: null}, error)]
  }
  return Promise.all(
    parcels.map(async (parcel) => {
      const {id, to} = parcel.stanza.attrs as {to: string; id: string}
      try {
        const result = await onSession(
          (courier, patience) => courier.send(parcel, patience),
          ({error}) => error,
        )
        return {line: number, ...result}
      } catch (error) {
        return failed(number, {to, id}, error)
      }
    }),
  )
}

function failed(
  line: number,
  whose: {to: string | null; id: string | null},
  error: unknown,
): LineResult {
  return {line, ...whose, state: 'failed', stanzaId: null, error: toFailure(error)}
}
