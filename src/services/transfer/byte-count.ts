/** The value of a flag that is a number of bytes. */
import {EXIT, Failure} from '../../errors.ts'

const UNITS: Record<string, number> = {k: 1000, M: 1_000_000, G: 1_000_000_000}

/** A number of bytes, or of kB, MB or GB: `10M`. */
export function parseByteCount(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)([kMG]?)B?$/.exec(text) ?? []
  const count = digits === '' ? Number.NaN : Number(digits) * (UNITS[unit] ?? 1)
  if (Number.isSafeInteger(count)) return count
  throw new Failure('usage', `"${text}" is not a number of bytes`, EXIT.usage, {
    hint: 'Write it as in 500000, 500k or 10M',
  })
}
