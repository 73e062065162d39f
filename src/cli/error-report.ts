/** Failures and warnings as sentences on stderr, wrapped between words on a terminal. */
import {EXIT, type Failure, toFailure} from '../errors.ts'
import {palette} from '../output/layout/colour.ts'
import {hangingLines} from '../output/layout/terminal.ts'
import {sanitizeLine} from '../output/sanitize.ts'
import {hasJsonFlag, hasQuietFlag} from './argv.ts'
import {shutdownSignal} from './signals.ts'
import {terminalOf, writeErr} from './stdout.ts'

/** The status that oclif sets for the command of a plugin; no failure of this program has it. */
const OCLIF = 1

/** Prints the error that ended the run and sets the exit status. Undefined if the user ended the run. */
export async function endWith(
  error: unknown,
  argv: readonly string[],
): Promise<Failure | undefined> {
  const {usageFailure} = await import('./parse-errors.ts') // few runs fail
  const failure = usageFailure(error) ?? toFailure(error)
  if (shutdownSignal.aborted) {
    process.exitCode = (shutdownSignal.reason as Failure).exitCode
    if (!failure.isUnknownOutcome && failure.code !== 'interrupted') return undefined
  } else if (!process.exitCode || process.exitCode === OCLIF || failure.exitCode === EXIT.software)
    process.exitCode = failure.exitCode // of several failures the first one is the exit status
  if (process.exitCode === EXIT.ok) return undefined
  printFailure(failure, {json: hasJsonFlag(argv), quiet: hasQuietFlag(argv)})
  return failure
}

/** In `xmpp … --json | jq` the document on stdout may never be seen; `--json --quiet` leaves stderr empty. */
export function printFailure(
  {hint, message, text}: Failure,
  {json, quiet}: {json: boolean; quiet: boolean},
): void {
  if (json && quiet) return
  const {red} = palette(terminalOf(process.stderr).colour)
  const serverText = text ? ` (the server says: ${text})` : ''
  print(red('xmpp:'), [`${message}${serverText}`, ...(hint ? [hint] : [])])
}

export const printWarning = (sentence: string): void => print('xmpp:', [sentence])

function print(name: string, sentences: string[]): void {
  const clean = sentences.map((sentence) => sanitizeLine(sentence))
  const lines = hangingLines(clean, 'xmpp: '.length, terminalOf(process.stderr))
  writeErr(`${name} ${lines.join('\n')}\n`)
}
