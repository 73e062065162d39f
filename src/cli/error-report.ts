/** A failure, told: one JSON document on stdout with `--json`, two plain lines on stderr without. */
import {EXIT, type Failure, toFailure} from '../errors.ts'
import {sanitizeLine} from '../output/sanitize.ts'
import {shutdownSignal} from './signals.ts'
import {writeErr, writeOut} from './stdout.ts'

/** Prints what went wrong and sets the exit status; says nothing of a run that the user ended. */
export async function report(error: unknown, json: boolean): Promise<void> {
  const {usageFailure} = await import('./parse-errors.ts') // few runs fail
  const failure = usageFailure(error) ?? toFailure(error)
  if (shutdownSignal.aborted) {
    process.exitCode = (shutdownSignal.reason as Failure).exitCode
    if (!failure.isUnknownOutcome && failure.code !== 'interrupted') return
  } else if (!process.exitCode || failure.exitCode === EXIT.software)
    process.exitCode = failure.exitCode // of several failures the first one is the exit status
  if (process.exitCode === EXIT.ok) return
  if (json) await writeOut(`${JSON.stringify({error: failure})}\n`)
  else writeErr(`${describe(failure)}\n`)
}

export function describe({hint, message, text}: Failure): string {
  const said = text ? ` (the server says: ${sanitizeLine(text)})` : ''
  const lines = [`xmpp: ${sanitizeLine(message)}${said}`]
  if (hint) lines.push(`      ${sanitizeLine(hint)}`)
  return lines.join('\n')
}
