/** What the words of a command line ask for, as known before they are parsed. */

export const wantsJson = (argv: readonly string[]): boolean => flagsOf(argv).includes('--json')

export const wantsHelp = (argv: readonly string[]): boolean => flagsOf(argv).some(isHelp)

export const isHelp = (word: string): boolean => word === '--help' || word === '-h'

/** Behind `--` a word is a word. */
function flagsOf(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}
