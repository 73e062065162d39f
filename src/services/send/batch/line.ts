/** One line of a batch of messages: what it says, and what became of it. */

import {EXIT, Failure, toFailure} from '../../../errors.ts'
import type {
  LineResult,
  LineStanzas,
  LineTarget,
  SendResult,
} from '../../../protocol/message/message.ts'
import {buildStanzas, parseOutgoing} from '../compose.ts'
import type {WaitOptions} from '../delivery.ts'
import type {MessageSender, OutgoingStanza} from '../message-sender.ts'
import {type MessageOptions, parseLine} from '../options.ts'

export interface BatchLine {
  /** From 1. */
  number: number
  text: string
  /** Where not, the text is not what the line says. */
  isUtf8: boolean
}

export interface BatchContext {
  /** What a line does not say for itself. */
  defaults: MessageOptions
  /** Of the server, in bytes. */
  limit: number | undefined
  /** Does it on a session that stands, or on the next one while it is as if it had not been done. */
  onSession(
    act: (courier: MessageSender, patience: WaitOptions) => Promise<SendResult>,
    failureOf: (result: SendResult) => Failure | null,
  ): Promise<SendResult>
}

/** Never rejects: a bad line is that line's error. One result, or with `split` one for each part. */
export async function sendLine(
  line: BatchLine,
  {defaults, limit, onSession}: BatchContext,
): Promise<LineResult[]> {
  let parcels: OutgoingStanza[]
  try {
    parcels = packLine(line, defaults, limit)
  } catch (error) {
    return [failed(line, recipientOf(line), error)]
  }
  return Promise.all(
    parcels.map(async (parcel) => {
      const {id, to} = parcel.stanza.attrs as {to: string; id: string}
      try {
        const result = await onSession(
          (courier, patience) => courier.send(parcel, patience),
          ({error}) => error,
        )
        return {line: line.number, ...result}
      } catch (error) {
        return failed(line, {to, id}, error)
      }
    }),
  )
}

/** All that can be said of a line before anything connects. */
export function dryRunLine(line: BatchLine, defaults: MessageOptions): LineStanzas | LineResult {
  try {
    const stanzas = packLine(line, defaults).map(({stanza}) => String(stanza))
    return {line: line.number, stanzas, error: null}
  } catch (error) {
    return failed(line, recipientOf(line), error)
  }
}

function packLine(
  {isUtf8, text}: BatchLine,
  defaults: MessageOptions,
  limit?: number,
): OutgoingStanza[] {
  if (!isUtf8) throw new Failure('not-utf8', 'The line is not UTF-8 text', EXIT.data)
  return buildStanzas(parseOutgoing({...defaults, ...parseLine(text)}), limit)
}

/** Whom a line that is no good was for, as far as it says. */
function recipientOf({text}: BatchLine): LineTarget {
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    return {to: null, id: null}
  }
  const {id, to} = Object(record) as Record<string, unknown>
  return {to: typeof to === 'string' ? to : null, id: typeof id === 'string' ? id : null}
}

function failed({number}: BatchLine, whose: LineTarget, error: unknown): LineResult {
  return {line: number, ...whose, state: 'failed', stanzaId: null, error: toFailure(error)}
}
