/** The value of a flag that is a number of bytes. */
import {EXIT, Failure} from '../../errors.ts'

export function parseByteCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(count)) return count
  throw new Failure('usage', `"${text}" is not a number of bytes`, EXIT.usage)
}
