/** A failure among several. */
import {Failure} from '../errors.ts'

/** With a word about whose it is, where it does not say so itself. */
export function failureOf(whose: string, failure: Failure): Failure {
  const {code, condition, exitCode, hint, message, stage, text} = failure
  const named = message.includes(whose) ? message : `${whose}: ${message}`
  return new Failure(code, named, exitCode, {
    stage,
    cause: failure,
    ...(condition && {condition}),
    ...(text && {text}),
    ...(hint && {hint}),
  })
}
