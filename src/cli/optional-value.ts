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
