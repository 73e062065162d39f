/** The one vocabulary of failure: what a person reads and what a script tests, whatever went wrong underneath. */

/** Exit statuses: sysexits(3) where one fits; only `temporary` means that a retry is safe. */
export const EXIT = {
  ok: 0,
  usage: 2,
  data: 65,
  noInput: 66,
  noUser: 67,
  noHost: 68,
  unavailable: 69,
  software: 70,
  cannotCreate: 73,
  unknownOutcome: 74,
  temporary: 75,
  protocol: 76,
  noPermission: 77,
  config: 78,
  deadline: 124,
} as const

/** How far the run had come when it failed. */
export type Stage = 'config' | 'resolve' | 'connect' | 'tls' | 'auth' | 'bind' | 'request' | 'close'

export interface FailureDetails {
  stage?: Stage
  /** The defined condition the server named (RFC 6120 §4.9.3, §6.5, §8.3.3). */
  condition?: string
  /** The server's own words. */
  text?: string
  /** What to do about it, as a sentence. */
  hint?: string
  cause?: unknown
}

/** A stable code, a sentence in plain words without a full stop, an exit status, and where it happened. */
export class Failure extends Error {
  readonly code: string
  readonly exitCode: number
  readonly stage: Stage
  readonly condition: string | undefined
  readonly text: string | undefined
  readonly hint: string | undefined

  constructor(code: string, message: string, exitCode: number, details: FailureDetails = {}) {
    super(message, {cause: details.cause})
    this.name = 'Failure'
    this.code = code
    this.exitCode = exitCode
    this.stage = details.stage ?? 'config'
    this.condition = details.condition
    this.text = details.text
    this.hint = details.hint
  }

  /** Nothing was delivered, and a second try can succeed. */
  get retryable(): boolean {
    return this.exitCode === EXIT.temporary
  }

  /** It may have happened, or not: whatever the status says besides. */
  get isUnknownOutcome(): boolean {
    return this.code === 'unknown-outcome'
  }

  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      exitCode: this.exitCode,
      retryable: this.retryable,
      stage: this.stage,
      condition: this.condition ?? null,
      text: this.text ?? null,
      hint: this.hint ?? null,
    }
  }
}

/** The one place where an error that nobody foresaw becomes ours: it is our bug until shown otherwise. */
export function toFailure(error: unknown, stage?: Stage): Failure {
  return error instanceof Failure ? error : toBug(error, stage)
}

/** Of an error that was caught nowhere; even of a `Failure`, since its exit status speaks for a part of the run only. */
export function toBug(error: unknown, stage?: Stage): Failure {
  const message = error instanceof Error ? error.message : String(error)
  return new Failure('internal-error', `Something went wrong inside: ${message}`, EXIT.software, {
    ...(stage && {stage}),
    hint: 'This is a bug: please report it with the output of --debug',
    cause: error,
  })
}

/** A failure among several. */

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

/** What the end of a session means for something that was not settled. */
export function unconfirmedFailure(
  {effect, written}: {effect: boolean; written: boolean},
  failure: Failure,
): Failure {
  const {condition, stage, text} = failure
  const details = {stage, cause: failure, ...(condition && {condition}), ...(text && {text})}
  if (!written && failure.code === 'timeout')
    return new Failure('timeout', 'The session did not come up in time', EXIT.temporary, details)
  if (!written || !effect) return failure
  // Whoever ended the run with a signal is told of that by the status, and of the rest by the code.
  const exitCode = failure.code === 'interrupted' ? failure.exitCode : EXIT.unknownOutcome
  return new Failure(
    'unknown-outcome',
    `${failure.message} before the server confirmed the request`,
    exitCode,
    {...details, hint: 'It may have been carried out: look before you try again'},
  )
}
