/** Ad-hoc commands (XEP-0050) as text. */
import type {CommandStage} from '../protocol/core/command.ts'
import type {DiscoItem} from '../protocol/core/disco-items.ts'
import {renderForm} from './form.ts'
import {shellWord} from './layout/shell-word.ts'
import {renderTable} from './layout/table.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine, sanitizeText} from './sanitize.ts'

export function renderCommands(
  jid: string,
  commands: DiscoItem[],
  terminal: Terminal,
): Promise<string> {
  // The address that runs the command is shown only if it differs.
  const rows = commands.map(({jid: runs, name, node}) => [
    node ?? '',
    name ?? '',
    ...(runs === jid ? [] : [runs]),
  ])
  const empty = `${sanitizeLine(jid)} has no commands for this account`
  return renderTable(['Node', 'Name', 'JID'], rows, terminal, empty)
}

/** The notes, the form and the addresses, or one word if the service sent none. Errors are printed as failures. */
export async function renderStage(
  {form, notes, status, urls}: CommandStage,
  terminal: Terminal,
): Promise<string> {
  const isFailed = status === 'completed'
  const shown = notes.filter(({text, type}) => text !== '' && !(isFailed && type === 'error'))
  const lines = [
    ...shown.map(
      ({text, type}) => `${type === 'warn' ? 'Warning: ' : ''}${sanitizeText(text.trim(), '')}`,
    ),
    ...(form ? [await renderForm(form, status === 'executing', terminal)] : []),
    ...urls.map(sanitizeLine),
  ].filter(Boolean)
  if (lines.length > 0 || notes.length > 0) return lines.join('\n')
  return {completed: 'Completed', canceled: 'Canceled', executing: 'The command goes on'}[status]
}

type OpenStage = Pick<CommandStage, 'sessionId'> & {jid: string; node: string}

/** How to submit the form later. The user may paste it into a shell, and the service chose the session id. */
export function renderContinuation({jid, node, sessionId}: OpenStage): string {
  if (sessionId === null || sanitizeLine(sessionId) !== sessionId)
    return 'The command waits for values. To give them in this run, use --field and --to-end'
  const words = ['xmpp', 'command', 'run', node, jid, `--session=${sessionId}`]
  return `To continue: ${words.map(shellWord).join(' ')} --field NAME=VALUE`
}

export const renderUnusedFields = (fields: string[]): string =>
  `The command has no field ${fields.join(', ')}`

/** A command that `listen --serve` offers, and that its file allows to no JID. */
export const renderNotAllowed = (node: string): string =>
  `No JID may run ${node}: add "allow" to ${node}.json`

interface ServedRun {
  from: string
  node: string
  status: number | null
  signal: string | null
}

/** A run of a command that `listen --serve` offers. */
export function renderServedRun({from, node, signal, status}: ServedRun): string {
  const outcome = signal ?? (status === null ? 'it could not start' : `exit status ${status}`)
  return sanitizeLine(`${from} ran ${node} (${outcome})`)
}

/** The prompt for what to do with a stage. */
export const ACTION = 'Action'
export const ACTIONS = {prev: 'back', next: 'next step', complete: 'finish', cancel: 'cancel'}
