/** Results of sent messages as text. */
import type {LineResult, LineStanzas, SendResult} from '../protocol/message/message.ts'
import {sanitizeLine, sanitizeText} from './sanitize.ts'

/** The result of a raw IQ request is the payload of its reply, without a state. */
export function renderSendResult({answer, ...result}: SendResult): string {
  return answer ? sanitizeText(answer, '') : render(result)
}

export function renderLineResult(result: LineResult | LineStanzas): string {
  if ('stanzas' in result) return result.stanzas.join('\n')
  const {line, lines = 1} = result
  return `${lines > 1 ? `lines ${line}-${line + lines - 1}` : `line ${line}`}: ${render(result)}`
}

const render = ({id, state, to}: Pick<LineResult, 'id' | 'state' | 'to'>): string =>
  `${sanitizeLine(to ?? '')}: ${state} (${sanitizeLine(id ?? '')})`

/** A counter of a batch, while it runs. */
export const renderProgress = (done: number, failed: number): string =>
  failed > 0 ? `${done} done, ${failed} failed` : `${done} done`

export const renderAddressAsText = (text: string): string =>
  `"${text}" is sent as the text; if it is a recipient, add - as the last argument`
