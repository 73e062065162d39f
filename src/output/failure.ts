/** A failure among several. */
import {Failure} from '../errors.ts'

/** With a word about whose it is. */
export function failureOf(whose: string, failure: Failure): Failure {
  const {code, condition, exitCode, hint, message, stage, text} = failure
  return new Failure(code, `${whose}: ${message}`, exitCode, {
    stage,
    cause: failure,
    ...(condition && {condition}),
    ...(text && {text}),
    ...(hint && {hint}),
  })
}
