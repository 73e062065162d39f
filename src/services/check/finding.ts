/** The result of `xmpp check`: one finding for each fact about a server. */
import {EXIT, Failure} from '../../errors.ts'

/** In the order of the stages of a connection. */
export const AREAS = ['dns', 'tcp', 'tls', 'auth', 'session'] as const
export type Area = (typeof AREAS)[number]

/** From good to bad; `info` is neither. */
type FindingLevel = 'info' | 'ok' | 'warn' | 'fail'

export interface Finding {
  area: Area
  level: FindingLevel
  code: string
  message: string
  /** A sentence about what the user can do. */
  hint: string | null
  data: Record<string, unknown> | null
}

export interface AssessedFinding extends Finding {
  /** The exit status of a run that ends with this finding. */
  exitCode: number
}

export interface ServerFindings {
  target: string
  findings: Finding[]
  worst: 'ok' | 'warn' | 'fail'
}

const EXIT_OF_AREA: Record<Area, number> = {
  dns: EXIT.noHost,
  tcp: EXIT.temporary,
  tls: EXIT.protocol,
  auth: EXIT.noPermission,
  session: EXIT.unavailable,
}

interface Details {
  data?: Record<string, unknown>
  hint?: string | undefined
}

export const newFinding = (
  area: Area,
  level: FindingLevel,
  [code, message]: readonly [code: string, message: string],
  {data, hint}: Details = {},
): AssessedFinding => ({
  ...{area, level, code, message, hint: hint ?? null, data: data ?? null},
  exitCode: EXIT_OF_AREA[area],
})

/** A failure that is a finding. @param subject is added to the message */
export function findingOf(
  area: Area,
  failure: Failure,
  {data, level = 'fail', subject}: {level?: FindingLevel; subject: string; data?: Details['data']},
): AssessedFinding {
  const {code, exitCode, hint, text} = failure
  const message = `${failure.about(subject).message}${text ? ` (the server says: ${text})` : ''}`
  return {...newFinding(area, level, [code, message], {hint, ...(data && {data})}), exitCode}
}

/** @param warnFails whether a warning is a failure too */
export function firstFailure(
  findings: readonly AssessedFinding[],
  warnFails: boolean,
): Failure | undefined {
  const first = inOrder(findings).find(
    ({level}) => level === 'fail' || (warnFails && level === 'warn'),
  )
  if (!first) return undefined
  const {code, exitCode, hint, message} = first
  return new Failure(code, message, exitCode, {...(hint !== null && {hint})})
}

export function newResult(target: string, findings: readonly AssessedFinding[]): ServerFindings {
  const has = (level: FindingLevel): boolean => findings.some((finding) => finding.level === level)
  return {
    target,
    findings: inOrder(findings).map(({exitCode, ...finding}) => finding),
    worst: has('fail') ? 'fail' : has('warn') ? 'warn' : 'ok',
  }
}

const inOrder = (findings: readonly AssessedFinding[]): AssessedFinding[] =>
  findings.toSorted((a, b) => AREAS.indexOf(a.area) - AREAS.indexOf(b.area))
