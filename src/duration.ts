/** Durations as people write them: `500ms`, `30s`, `1.5m`, `1h30m`. */
import {EXIT, Failure} from './errors.ts'

/** The longest that setTimeout takes; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1

/** Largest unit first, each at most once. The `m` of `ms` is no minute. */
const DURATION =
  /^(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m(?!s))?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+(?:\.\d+)?)ms)?$/

/**
 * Whole milliseconds, at least one: a bare number would be seconds to one reader and milliseconds
 * to the next, and 0 would be "at once" to one and "for ever" to the next. Both are refused.
 */
export function parseDuration(text: string): number {
  const {h = '', m = '', s = '', ms = ''} = DURATION.exec(text)?.groups ?? {}
  if (`${h}${m}${s}${ms}` === '') {
    throw badDuration(`${JSON.stringify(text)} is not a duration`)
  }
  const total = Math.round(
    Number(h) * 3_600_000 + Number(m) * 60_000 + Number(s) * 1000 + Number(ms),
  )
  if (total < 1) throw badDuration('A duration must be longer than nothing')
  if (total > LONGEST_MS) throw badDuration(`${text} is longer than a timer can wait`)
  return total
}

/** For messages: `250 ms`, `30 s`, `1 m 30 s`. Parts of a millisecond are rounded away. */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms)
  if (whole < 1000) return `${whole} ms`
  const parts: [number, string][] = [
    [Math.floor(whole / 3_600_000), 'h'],
    [Math.floor(whole / 60_000) % 60, 'm'],
    [(whole % 60_000) / 1000, 's'],
  ]
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

function badDuration(message: string): Failure {
  return new Failure('bad-duration', message, EXIT.usage, {
    hint: 'Write a number and its unit (ms, s, m, h), at most 24 days: 500ms, 30s, 5m, 1h, 1m30s',
  })
}
