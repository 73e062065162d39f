import {Failure} from '../errors.ts'

/** Parses the value of a flag. The failure names the flag. */
export function parseFlag<T>(flag: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text)
  } catch (error) {
    throw error instanceof Failure ? error.about(flag) : error
  }
}
