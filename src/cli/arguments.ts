/** The words of the command line, which Node decodes with U+FFFD in place of what is not UTF-8. */
import {isUtf8} from 'node:buffer'
import {readFileSync} from 'node:fs'
import {EXIT, Failure} from '../errors.ts'

/** Throws `not-utf8` (65) where the system shows the bytes, as Linux does. */
export function checkArguments(argv: readonly string[]): void {
  const doubtful = argv.find((word) => word.includes('\ufffd'))
  if (doubtful === undefined || isUtf8(commandLine())) return
  throw new Failure('not-utf8', `The argument "${doubtful}" is not UTF-8 text`, EXIT.data, {
    hint: 'Convert it first: iconv -f ISO-8859-1 -t UTF-8',
  })
}

function commandLine(): Buffer {
  try {
    return readFileSync('/proc/self/cmdline')
  } catch {
    return Buffer.alloc(0) // no such place on other systems
  }
}
