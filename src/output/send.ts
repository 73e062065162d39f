/** What became of messages, as lines. */
import type {LineResult} from '../protocol/batch-line.ts'
import type {SendResult} from '../protocol/message.ts'
import {cleanLine} from './clean.ts'

export function renderSendResult({id, state, to}: SendResult): string {
  return `${cleanLine(to)}: ${state} (${cleanLine(id)})`
}

export function renderLineResult({line, state, to}: LineResult): string {
  return `line ${line}: ${cleanLine(to ?? '')}: ${state}`
}
