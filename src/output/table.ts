/** Rows as a table for people, and as tab-separated lines for everything else. */
import {cleanLine} from './clean.ts'

export interface Terminal {
  isTTY: boolean
  /** Width in characters; 0 when the terminal does not say. */
  columns: number
  colour: boolean
}

/**
 * Cells may hold anything a server sent: they are cleaned here, so that no caller can forget it.
 * Off a TTY there is no header, nothing is cut and nothing coloured: `cut -f1` is all it takes.
 */
export async function renderTable(
  head: string[],
  rows: string[][],
  terminal: Terminal,
): Promise<string> {
  const cleaned = rows.map((row) => row.map(cleanLine))
  if (!terminal.isTTY) return cleaned.map((row) => row.join('\t')).join('\n')
  // A pipe does not pay for loading what draws.
  const {drawTable} = await import('./draw-table.ts')
  return drawTable(head, cleaned, terminal)
}
