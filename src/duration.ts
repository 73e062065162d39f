/** Durations in the notation of command lines: `500ms`, `30s`, `1.5m`, `1h30m`, `2d`. */
import {EXIT, Failure} from './errors.ts'

/** The maximum of setTimeout; a longer timer would fire immediately. */
const LONGEST_MS = 2 ** 31 - 1

/** Largest unit first, each at most once. The `m` of `ms` is not a minute. */
const DURATION =
  /^(?:(?<d>\d+(?:\.\d+)?)d)?(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m(?!s))?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+(?:\.\d+)?)ms)?$/

/**
 * Whole milliseconds, at least one. Throws `bad-duration` (2) for a number without a unit, and for 0, which could mean
 * "immediately" or "without a limit". @param longest in milliseconds; by default, the maximum of a timer
 */
export function parseDuration(text: string, longest = LONGEST_MS): number {
  const {d = '', h = '', m = '', s = '', ms = ''} = DURATION.exec(text)?.groups ?? {}
  if (`${d}${h}${m}${s}${ms}` === '') {
    throw badDuration(`${JSON.stringify(text)} is not a duration`)
  }
  const total = Math.round(
    Number(d) * 86_400_000 +
      Number(h) * 3_600_000 +
      Number(m) * 60_000 +
      Number(s) * 1000 +
      Number(ms),
  )
  if (total < 1) throw badDuration('A duration must be longer than zero')
  if (total > longest) throw badDuration(`${text} is too long`)
  return total
}

/** For output: `250 ms`, `30 s`, `1 m 30 s`. Rounded to milliseconds. */
export function formatDuration(ms: number): string {
  const whole = Math.round(ms)
  if (whole < 1000) return `${whole} ms`
  const parts: [number, string][] = [
    [Math.floor(whole / 86_400_000), 'd'],
    [Math.floor(whole / 3_600_000) % 24, 'h'],
    [Math.floor(whole / 60_000) % 60, 'm'],
    [(whole % 60_000) / 1000, 's'],
  ]
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

/** For a limit, which may be the rest of a time that the user gave: `2 s` for 1998 ms. */
export const formatLimit = (ms: number): string =>
  formatDuration(ms < 100 ? ms : Math.round(ms / 10) * 10)

function badDuration(message: string): Failure {
  return new Failure('bad-duration', message, EXIT.usage, {
    hint: 'Write a number and its unit (ms, s, m, h, d), at most 24 days: 500ms, 30s, 5m, 1h, 1m30s',
  })
}
