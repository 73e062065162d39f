/** The error type of the whole program: a stable code, a sentence, an exit status. */
import {getSystemErrorMap} from 'node:util'

/** Exit statuses, of sysexits(3) if one fits; only `temporary` means that a retry is safe. */
export const EXIT = {
  ok: 0,
  usage: 2,
  otherAnswer: 3,
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

/** The stage of the run that failed. */
export type Stage = 'config' | 'resolve' | 'connect' | 'tls' | 'auth' | 'bind' | 'request' | 'close'

export interface FailureDetails {
  stage?: Stage
  /** The defined condition that the server sent (RFC 6120 §4.9.3, §6.5, §8.3.3). */
  condition?: string | undefined
  /** The text that the server sent with it. */
  text?: string | undefined
  /** A sentence about what the user can do. */
  hint?: string | undefined
  /** RFC 3339: the server asks not to try again before this time. */
  retryAfter?: string | undefined
  cause?: unknown
}

/** The parts that `Failure.with` can replace. */
interface FailureChanges extends FailureDetails {
  code?: string
  message?: string
  exitCode?: number
}

/** The message is a sentence without a full stop. */
export class Failure extends Error {
  readonly code: string
  readonly exitCode: number
  readonly stage: Stage
  readonly condition: string | undefined
  readonly text: string | undefined
  readonly hint: string | undefined
  readonly retryAfter: string | undefined

  constructor(code: string, message: string, exitCode: number, details: FailureDetails = {}) {
    super(message, {cause: details.cause})
    this.name = 'Failure'
    this.code = code
    this.exitCode = exitCode
    this.stage = details.stage ?? 'config'
    this.condition = details.condition
    this.text = details.text
    this.hint = details.hint
    this.retryAfter = details.retryAfter
  }

  /** A copy with some parts replaced, or removed if they are undefined. Its cause is this failure. */
  with({
    code = this.code,
    exitCode = this.exitCode,
    message = this.message,
    ...details
  }: FailureChanges): Failure {
    const {condition, hint, retryAfter, stage, text} = this
    const parts = {condition, hint, retryAfter, stage, text, cause: this, ...details}
    return new Failure(code, message, exitCode, parts)
  }

  /** A copy whose message begins with its subject, such as a JID or a line, unless the message names it. */
  about(subject: string): Failure {
    const {message} = this
    return message.includes(subject) ? this : this.with({message: `${subject}: ${message}`})
  }

  /** Nothing was delivered, and a retry can succeed. */
  get retryable(): boolean {
    return this.exitCode === EXIT.temporary
  }

  /** The request may have been carried out. After a signal the exit status does not say so, and the code does. */
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
      ...(this.retryAfter !== undefined && {retryAfter: this.retryAfter}),
    }
  }
}

/** An error that no code expected is a bug of this program. */
export function toFailure(error: unknown, stage?: Stage): Failure {
  return error instanceof Failure ? error : toBug(error, stage)
}

/** For an uncaught error. A `Failure` is converted too, because its exit status may concern only a part of the run. */
export function toBug(error: unknown, stage?: Stage): Failure {
  const message = error instanceof Error ? error.message : String(error)
  return new Failure('internal-error', `Internal error: ${message}`, EXIT.software, {
    ...(stage && {stage}),
    hint: 'This is a bug. Report it with the output of --debug',
    cause: error,
  })
}

/** The hint for a session that did not open in time. */
export const SLOW_SERVER =
  'The server may be slow, silent or unreachable. Use --verbose to see the stage that takes long'

/** The failure of a stanza that was not settled when the session ended with `failure`. */
export function unconfirmedFailure(
  {effect, written}: {effect: boolean; written: boolean},
  failure: Failure,
): Failure {
  if (!written && failure.code === 'timeout' && failure.exitCode === EXIT.deadline) {
    const message = 'The session did not open in time'
    return failure.with({message, exitCode: EXIT.temporary, hint: SLOW_SERVER})
  }
  if (!written || !effect) return failure
  return failure.with({
    code: 'unknown-outcome',
    message: `${failure.message} before the server confirmed the request`,
    // After a signal the exit status names the signal.
    exitCode: failure.code === 'interrupted' ? failure.exitCode : EXIT.unknownOutcome,
    hint: 'The request may have been carried out. Check before you try again',
  })
}

/** Why something failed, without the path, which the message names: "no such file or directory". */
export function reasonOf(error: unknown): string {
  if (error instanceof Failure) return error.message
  const {code, errno = 0, message} = error as NodeJS.ErrnoException
  if (code === 'EISDIR') return 'it is a folder'
  const [, words] = getSystemErrorMap().get(errno) ?? []
  return words ?? code ?? message
}

/** The same after the path, for a message that does not name it. */
export function reasonWithPath(error: unknown): string {
  const {path} = error as NodeJS.ErrnoException
  return path === undefined ? reasonOf(error) : `${path}: ${reasonOf(error)}`
}
