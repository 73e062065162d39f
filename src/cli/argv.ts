/** Reads argv before oclif parses it. */
import {isUtf8} from 'node:buffer'
import {readFileSync} from 'node:fs'
import {EXIT, Failure} from '../errors.ts'

export const hasJsonFlag = (argv: readonly string[]): boolean => flagsOf(argv).includes('--json')

/** `-q` may be joined with other short flags: `-vq`. */
export const hasQuietFlag = (argv: readonly string[]): boolean =>
  flagsOf(argv).some((word) => word === '--quiet' || /^-v*qv*$/.test(word))

export const hasHelpFlag = (argv: readonly string[]): boolean => flagsOf(argv).some(isHelp)

export const isHelp = (word: string): boolean => word === '--help' || word === '-h'

/** Words after `--` are not flags. */
function flagsOf(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}

/** Gives a flag without a value the value `absent`, because oclif has no optional values: `--hold` and `--hold 5m`. */
export function withOptionalValue(argv: string[], flag: string, absent: string): string[] {
  const end = argv.indexOf('--')
  return argv.map((word, index) => {
    const next = argv[index + 1]
    const isBare = word === flag && (next === undefined || next.startsWith('-'))
    return isBare && (end === -1 || index < end) ? `${flag}=${absent}` : word
  })
}

/**
 * Throws `not-utf8` (65). Node decodes invalid bytes as U+FFFD, which an argument may also contain, so the bytes are read
 * from the system where it shows them, as Linux does.
 */
export function checkArguments(argv: readonly string[]): void {
  const suspect = argv.find((word) => word.includes('\ufffd'))
  if (suspect === undefined || isUtf8(commandLine())) return
  throw new Failure('not-utf8', `The argument "${suspect}" is not UTF-8 text`, EXIT.data, {
    hint: 'Convert it first: iconv -f ISO-8859-1 -t UTF-8',
  })
}

function commandLine(): Buffer {
  try {
    return readFileSync('/proc/self/cmdline')
  } catch {
    return Buffer.alloc(0) // other systems have no such file
  }
}
