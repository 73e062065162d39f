/** What the words of a command line ask for, as known before they are parsed. */

export const wantsJson = (argv: readonly string[]): boolean => hasFlag(argv, '--json')

export const wantsHelp = (argv: readonly string[]): boolean => hasFlag(argv, '--help')

/** Behind `--` a word is a word. */
function hasFlag(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--')
  return (end === -1 ? argv : argv.slice(0, end)).includes(flag)
}
