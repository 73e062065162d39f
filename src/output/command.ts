/** Ad-hoc commands (XEP-0050) as text. */
import type {CommandStage} from '../protocol/core/command.ts'
import type {DiscoItem} from '../protocol/core/disco-items.ts'
import {renderForm} from './form.ts'
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
