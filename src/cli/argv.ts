/** What the words of a command line ask for, as known before they are parsed. */
import {isUtf8} from 'node:buffer'
import {readFileSync} from 'node:fs'
import {EXIT, Failure} from '../errors.ts'

export const hasJsonFlag = (argv: readonly string[]): boolean => flagsOf(argv).includes('--json')

/** `-q` may stand among other short flags without a value: `-vq`. */
export const hasQuietFlag = (argv: readonly string[]): boolean =>
  flagsOf(argv).some((word) => word === '--quiet' || /^-v*qv*$/.test(word))

export const hasHelpFlag = (argv: readonly string[]): boolean => flagsOf(argv).some(isHelp)

export const isHelp = (word: string): boolean => word === '--help' || word === '-h'

/** Behind `--` a word is a word. */
function flagsOf(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}

/** Flags whose value may be left out, which oclif does not know: `--hold` and `--hold 5m`. */

/** The words of a command line, where a bare `flag` got the value that stands for its absence. */
export function withOptionalValue(argv: string[], flag: string, absent: string): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, index) => {
    const next = argv[index + 1]
    const isBare = word === flag && (next === undefined || next.startsWith('-'))
    return isBare && (end === -1 || index < end) ? `${flag}=${absent}` : word
  })
}

/** The words of the command line, which Node decodes with U+FFFD in place of what is not UTF-8. */

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
