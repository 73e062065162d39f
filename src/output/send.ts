/** What became of messages, as lines. */
import {Failure} from '../errors.ts'
import type {LineResult} from '../protocol/batch-line.ts'
import type {SendResult} from '../protocol/message.ts'
import {cleanLine} from './clean.ts'

export function renderSendResult({id, state, to}: SendResult): string {
  return `${cleanLine(to)}: ${state} (${cleanLine(id)})`
}

export function renderLineResult({line, state, to}: LineResult): string {
  return `line ${line}: ${cleanLine(to ?? '')}: ${state}`
}

/** A failure among several, with a word about whose it is. */
export function failureFor(error: Failure, whose: string): Failure {
  const {cause, code, condition, exitCode, hint, message, stage, text} = error
  return new Failure(code, `${whose}: ${message}`, exitCode, {
    stage,
    cause,
    ...(condition && {condition}),
    ...(text && {text}),
    ...(hint && {hint}),
  })
}
