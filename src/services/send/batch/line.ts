/** One line of a batch: its stanzas, and its results. */

import {EXIT, Failure, toFailure} from '../../../errors.ts'
import type {
  LineResult,
  LineStanzas,
  LineTarget,
  SendResult,
} from '../../../protocol/message/message.ts'
import {buildStanza, fitToLimit} from '../compose.ts'
import {type MessageOptions, parseLine} from '../options.ts'
import type {OutgoingStanza} from '../outgoing-stanza.ts'
import type {InputLine} from './read-lines.ts'

export interface BatchContext {
  /** For options that the line does not set. */
  defaults: MessageOptions
  /** The largest stanza that the server accepts, in bytes. */
  limit: number | undefined
  send(stanza: OutgoingStanza): Promise<SendResult>
}

/** Resolves with one result, or with one per part after a split. Never rejects: the result has the error of the line. */
export async function sendLine(
  line: InputLine,
  {defaults, limit, send}: BatchContext,
): Promise<LineResult[]> {
  let stanzas: OutgoingStanza[]
  try {
    stanzas = buildLine(line, defaults, limit)
  } catch (error) {
    return [failedLine(line, recipientOf(line), error)]
  }
  return Promise.all(
    stanzas.map(async (stanza) => {
      const {id, to} = stanza.element.attrs as {to: string; id: string}
      try {
        return {line: line.number, ...(await send(stanza))}
      } catch (error) {
        return failedLine(line, {to, id}, error)
      }
    }),
  )
}

/** Checks a line and builds its stanzas without a connection. */
export function dryRunLine(line: InputLine, defaults: MessageOptions): LineStanzas | LineResult {
  try {
    const stanzas = buildLine(line, defaults).map(({element}) => String(element))
    return {line: line.number, stanzas, error: null}
  } catch (error) {
    return failedLine(line, recipientOf(line), error)
  }
}

function buildLine(
  {isUtf8, text}: InputLine,
  defaults: MessageOptions,
  limit?: number,
): OutgoingStanza[] {
  if (!isUtf8) throw new Failure('not-utf8', 'The line is not UTF-8 text', EXIT.data)
  return fitToLimit(buildStanza({...defaults, ...parseLine(text)}), limit)
}

/** The recipient and id of an invalid line, as far as it can be parsed. */
function recipientOf({text}: InputLine): LineTarget {
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    return {to: null, id: null}
  }
  const {id, to} = Object(record) as Record<string, unknown>
  return {to: typeof to === 'string' ? to : null, id: typeof id === 'string' ? id : null}
}

function failedLine({number}: InputLine, target: LineTarget, error: unknown): LineResult {
  return {line: number, ...target, state: 'failed', stanzaId: null, error: toFailure(error)}
}
