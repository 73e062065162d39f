/** oclif's complaints about a command line, as failures of ours. */
import {Errors} from '@oclif/core'
import {EXIT, Failure} from '../errors.ts'

/** The failure behind an error of oclif's own; undefined for all others. */
export function usageFailure(error: unknown): Failure | undefined {
  if (error instanceof Failure || !(error instanceof Errors.CLIError)) return undefined
  const [first = '', ...rest] = error.message.split('\n').map((line) => line.trim())
  const details = rest.filter((line) => line && !line.startsWith('See more help'))
  const message = [first.replace(/:$/, ''), ...details].join(details.length > 1 ? '; ' : ': ')
  return new Failure('usage', message.replace(/: $|[.:]$/, ''), EXIT.usage, {
    hint: 'See xmpp help, or add --help to the command',
  })
}
