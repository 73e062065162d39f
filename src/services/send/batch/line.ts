/** One line of a batch: its stanzas, and its results. */
import {EXIT, Failure, toFailure} from '../../../errors.ts'
import type {
  LineResult,
  LineStanzas,
  LineTarget,
  SendResult,
} from '../../../protocol/message/message.ts'
import {buildStanza, fitToLimit} from '../compose.ts'
import type {MessageOptions} from '../options.ts'
import type {OutgoingStanza} from '../outgoing-stanza.ts'
import type {LineFormat} from './line-format.ts'
import type {InputLine} from './read-lines.ts'

export interface LineContext {
  format: LineFormat
  /** For options that the line does not set. */
  defaults: MessageOptions
  /** The largest stanza that the server accepts, in bytes. */
  limit: number | undefined
  send(stanza: OutgoingStanza): Promise<SendResult>
}

/**
 * Resolves with one result, or with one for each recipient, and for each part after a split. Never rejects: the result has
 * the error of the line.
 */
export async function sendLine(line: InputLine, context: LineContext): Promise<LineResult[]> {
  const {format} = context
  try {
    const messages = messagesIn(line, format)
    const results = messages.map((message) => sendLineMessage(line, message, context))
    return (await Promise.all(results)).flat()
  } catch (error) {
    return [failedLine(line, format.targetOf(line.text), error)]
  }
}

async function sendLineMessage(
  line: InputLine,
  message: MessageOptions,
  {defaults, limit, send}: LineContext,
): Promise<LineResult[]> {
  let stanzas: OutgoingStanza[]
  try {
    stanzas = fitToLimit(buildStanza({...defaults, ...message}), limit)
  } catch (error) {
    return [failedLine(line, targetIn(message), error)]
  }
  return Promise.all(
    stanzas.map(async (stanza) => {
      const {id, to} = stanza.element.attrs as {to: string; id: string}
      try {
        return {...numbersOf(line), ...(await send(stanza))}
      } catch (error) {
        return failedLine(line, {to, id}, error)
      }
    }),
  )
}

/** Checks a line and builds its stanzas without a connection. */
export function dryRunLine(
  line: InputLine,
  {defaults, format}: Pick<LineContext, 'defaults' | 'format'>,
): LineStanzas | LineResult {
  let target = format.targetOf(line.text)
  try {
    const stanzas = messagesIn(line, format).flatMap((message) => {
      target = targetIn(message)
      return fitToLimit(buildStanza({...defaults, ...message}))
    })
    return {...numbersOf(line), stanzas: stanzas.map(({element}) => String(element)), error: null}
  } catch (error) {
    return failedLine(line, target, error)
  }
}

function messagesIn({isUtf8, text}: InputLine, format: LineFormat): MessageOptions[] {
  if (!isUtf8) throw new Failure('not-utf8', 'The line is not UTF-8 text', EXIT.data)
  return format.parse(text)
}

const targetIn = ({id, to}: MessageOptions): LineTarget => ({to: to ?? null, id: id ?? null})

/** `lines` only for lines that were gathered. */
const numbersOf = ({count, number}: InputLine): {line: number; lines?: number} => ({
  line: number,
  ...(count !== undefined && {lines: count}),
})

function failedLine(line: InputLine, target: LineTarget, error: unknown): LineResult {
  const failed = {state: 'failed', stanzaId: null, error: toFailure(error)} as const
  return {...numbersOf(line), ...target, ...failed}
}
