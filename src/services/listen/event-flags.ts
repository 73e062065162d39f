/** Flags that choose events by time and text, of `listen` and `history list`. */
import {parseDateTime} from '../../date-time.ts'
import {parseDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'

/** A hundred years. */
const LONGEST_MS = 100 * 365 * 86_400_000

/** RFC 3339 in UTC. @param text a date, or a duration before now */
export function parseTimeFlag(text: string): string {
  const isDate = /^\d{4}-/.test(text)
  try {
    const time = isDate
      ? parseDateTime(text)
      : new Date(Date.now() - parseDuration(text, LONGEST_MS)).toISOString()
    if (time !== undefined) return time
    throw new RangeError('this time does not exist')
  } catch (cause) {
    throw new Failure('bad-time', `${JSON.stringify(text)} is not a time`, EXIT.usage, {
      hint: 'Write 2026-11-20 or 2026-11-20T08:00 (UTC), 2026-11-20T08:00:00+01:00, or a duration such as 2h for two hours ago',
      cause,
    })
  }
}

/** Throws `bad-regex` (2). */
export function parseMatch(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch (cause) {
    throw new Failure('bad-regex', `--match: ${(cause as Error).message}`, EXIT.usage, {cause})
  }
}
