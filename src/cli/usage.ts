/** oclif's complaints about a command line, as failures of ours. */
import {EXIT, Failure} from '../errors.ts'

/** By what marks them: their class brings all of oclif along. */
export const isCliError = (error: unknown): error is Error =>
  error instanceof Error && 'oclif' in error

/** The failure behind an error of oclif's own; undefined for all others. */
export function usageFailure(error: unknown): Failure | undefined {
  if (!isCliError(error)) return undefined
  const [first = '', ...rest] = error.message.split('\n').map((line) => line.trim())
  const details = rest.filter((line) => line && !line.startsWith('See more help'))
  const message = [first.replace(/:$/, ''), ...details].join(details.length > 1 ? '; ' : ': ')
  return new Failure('usage', message.replace(/: $|[.:]$/, ''), EXIT.usage, {
    hint: 'See xmpp help, or add --help to the command',
  })
}
