/** Rows as a table for a terminal, and as tab-separated lines for a pipe. */
import {sanitizeLine} from '../sanitize.ts'
import type {Terminal} from './terminal.ts'

/**
 * Removes control characters from the cells, which may contain text of a server. In a pipe there is no header, nothing is
 * cut and nothing coloured: `cut -f1` selects a column. Without rows, a terminal shows the sentence `empty`, and a pipe
 * nothing.
 */
export async function renderTable(
  head: string[],
  rows: string[][],
  terminal: Terminal,
  empty = '',
): Promise<string> {
  const sanitized = rows.map((row) => row.map(sanitizeLine))
  if (!terminal.isTTY) return sanitized.map((row) => row.join('\t')).join('\n')
  if (rows.length === 0 && empty) return empty
  const {drawTable} = await import('./draw-table.ts') // not loaded for a pipe
  return drawTable(head, sanitized, terminal)
}
