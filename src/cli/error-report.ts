/** A failure as a sentence and a hint on stderr, and with `--json` also as a document on stdout. */
import {EXIT, type Failure, toFailure} from '../errors.ts'
import {colourFor, palette} from '../output/colour.ts'
import {sanitizeLine} from '../output/sanitize.ts'
import {hasJsonFlag, hasQuietFlag} from './argv.ts'
import {shutdownSignal} from './signals.ts'
import {writeErr, writeOut} from './stdout.ts'

/** Prints what went wrong and sets the exit status; prints nothing for a run that the user ended. */
export async function report(error: unknown, argv: readonly string[]): Promise<void> {
  const {usageFailure} = await import('./parse-errors.ts') // few runs fail
  const failure = usageFailure(error) ?? toFailure(error)
  if (shutdownSignal.aborted) {
    process.exitCode = (shutdownSignal.reason as Failure).exitCode
    if (!failure.isUnknownOutcome && failure.code !== 'interrupted') return
  } else if (!process.exitCode || failure.exitCode === EXIT.software)
    process.exitCode = failure.exitCode // of several failures the first one is the exit status
  if (process.exitCode === EXIT.ok) return
  const json = hasJsonFlag(argv)
  printFailure(failure, {json, quiet: hasQuietFlag(argv)})
  if (json) await writeOut(`${JSON.stringify({error: failure})}\n`)
}

/** In `xmpp … --json | jq` the document on stdout may never be seen; `--json --quiet` leaves stderr empty. */
export function printFailure(
  failure: Failure,
  {json, quiet}: {json: boolean; quiet: boolean},
): void {
  if (!(json && quiet)) writeErr(`${describe(failure)}\n`)
}

function describe({hint, message, text}: Failure): string {
  const {red} = palette(colourFor(process.stderr, process.env))
  const serverText = text ? ` (the server says: ${sanitizeLine(text)})` : ''
  const lines = [`${red('xmpp:')} ${sanitizeLine(message)}${serverText}`]
  if (hint) lines.push(`      ${sanitizeLine(hint)}`)
  return lines.join('\n')
}
