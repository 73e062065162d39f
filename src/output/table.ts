/** Rows as a table for people, and as tab-separated lines for everything else. */
import Table from 'cli-table3'
import stringWidth from 'string-width'
import {palette} from './colour.ts'
import {sanitizeLine} from './sanitize.ts'
import type {Terminal} from './terminal.ts'
import {clip, padTo, truncate} from './width.ts'

/**
 * Cells may hold anything a server sent: they are cleaned here, so that no caller can forget it.
 * Off a TTY there is no header, nothing is cut and nothing coloured: `cut -f1` is all it takes.
 */
export async function renderTable(
  head: string[],
  rows: string[][],
  terminal: Terminal,
): Promise<string> {
  const cleaned = rows.map((row) => row.map(sanitizeLine))
  if (!terminal.isTTY) return cleaned.map((row) => row.join('\t')).join('\n')
  // A pipe does not pay for loading what draws.
  const {drawTable} = await import('./table.ts')
  return drawTable(head, cleaned, terminal)
}

/** A table on a terminal: a rule under the header, two spaces between columns, no frame. */

const GAP = '  '
const UNKNOWN_COLUMNS = 80

/** Every border is named: cli-table3 draws its own where it is not told. */
const LAYOUT = {
  chars: {
    top: '',
    'top-left': '',
    'top-mid': '',
    'top-right': '',
    left: '',
    middle: GAP,
    right: '',
    'left-mid': '',
    mid: '─',
    'mid-mid': GAP,
    'right-mid': '',
    bottom: '',
    'bottom-left': '',
    'bottom-mid': '',
    'bottom-right': '',
  },
  // Its default is grey borders, whatever the terminal; `compact` leaves only the header's rule.
  style: {head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true},
}

/**
 * cli-table3 measures with a string-width of 2019, which miscounts Arabic, Hebrew, Thai and newer
 * emoji, and its time grows with the square of the rows. So it lays out one row of stand-ins
 * (private-use characters, one column each), and every row's texts take their places.
 */
const STAND_IN = '\u{e000}'
const STAND_INS = /\u{e000}+/gu

export function drawTable(head: string[], rows: string[][], terminal: Terminal): string {
  const columns = terminal.columns || UNKNOWN_COLUMNS
  const bounded = rows.map((row) => row.map((cell) => clip(cell, columns)))
  const widths = fitWidths([head, ...bounded], columns)
  const standIns = widths.map((width) => STAND_IN.repeat(width))
  const table = new Table({...LAYOUT, head: standIns})
  table.push(standIns)
  const [, rule = '', pattern = ''] = table.toString().split('\n')

  const line = (cells: string[], paint = (text: string): string => text): string => {
    const texts = widths.map((width, x) => {
      const text = truncate(cells[x] ?? '', width)
      return padTo(paint(text), width)
    })
    return pattern.replace(STAND_INS, () => texts.shift() ?? '').trimEnd()
  }
  return [line(head, palette(terminal.colour).bold), rule, ...bounded.map((row) => line(row))].join(
    '\n',
  )
}

/**
 * The width of each column: what its widest cell takes, unless that is too much; then the widest
 * columns give, so that the short ones stay whole, until they are as narrow as their titles, and after
 * that titles give what is wider than their cells. The first column, which names the row, gives only
 * what is more than half the room, and no title is kept at its cost. Each keeps one character.
 */
function fitWidths([head = [], ...rows]: string[][], columns: number): number[] {
  const room = columns - GAP.length * (head.length - 1)
  // Capped first, so that a wide cell is not narrowed one by one through what never had a chance.
  const most = Math.max(1, room)
  const titles = head.map((title) => stringWidth(title))
  const cells = head.map((_, x) =>
    rows.reduce((widest, row) => Math.max(widest, stringWidth(row[x] ?? '')), 1),
  )
  const widths = cells.map((width, x) => Math.min(Math.max(width, titles[x] ?? 0), most))
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess--) {
    const giver = giverOf(widths, [room / 2, ...titles.slice(1)], cells)
    widths[giver] = Math.max(1, (widths[giver] ?? 0) - 1)
  }
  return widths
}

/** @param floors what a column keeps as long as another one has more than that */
function giverOf(widths: number[], floors: number[], cells: number[]): number {
  const widest = (floors: number[]): number => {
    const spare = widths.map((width, x) => (width > (floors[x] ?? 0) ? width : 0))
    return Math.max(...spare) > 0 ? spare.indexOf(Math.max(...spare)) : -1
  }
  const wide = widest(floors)
  if (wide > 0) return wide
  const title = widest([Number.POSITIVE_INFINITY, ...cells.slice(1)])
  if (title > 0) return title
  return wide === 0 ? wide : widest([])
}
