/** A table on a terminal: a rule under the header, two spaces between columns, no frame. */
import Table from 'cli-table3'
import stringWidth from 'string-width'
import {palette} from './colour.ts'
import type {Terminal} from './terminal.ts'
import {clip, truncate} from './width.ts'

const GAP = '  '
const UNKNOWN_COLUMNS = 80

/** Every border is set, because cli-table3 has a default for each. */
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
  // The default is grey borders on every terminal. `compact` draws only the rule under the header.
  style: {head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true},
}

/** The time that cli-table3 takes grows with the square of the rows. */
const ROWS_AT_ONCE = 100

/**
 * Cells are cut here, between graphemes, since cli-table3 cuts between UTF-16 code units. It measures with the string-width
 * of this project: scripts/build.js puts that in place of its own, which miscounts Arabic, Hebrew, Thai and newer emoji.
 */
export function drawTable(head: string[], rows: string[][], terminal: Terminal): string {
  const columns = terminal.columns || UNKNOWN_COLUMNS
  const used = head.map((_, x) => x === 0 || rows.length === 0 || rows.some((row) => row[x]))
  const inUse = (cells: string[]): string[] => cells.filter((_, x) => used[x])
  const titles = inUse(head)
  const clipped = rows.map((row) => inUse(row).map((cell) => clip(cell, columns)))
  const colWidths = fitWidths([titles, ...clipped], columns)
  const cutToFit = (cells: string[]): string[] =>
    titles.map((_, x) => truncate(cells[x] ?? '', colWidths[x] ?? 1))

  const draw = (rows: string[][], head: string[]): string[] => {
    const table = new Table({...LAYOUT, colWidths, head})
    table.push(...rows.map(cutToFit))
    return table.toString().split('\n')
  }
  const bold = cutToFit(titles).map((title) => palette(terminal.colour).bold(title))
  // cli-table3 draws the rule under a header only if a row follows.
  const [header = '', rule = ''] = draw([[]], bold)
  const lines = [header, rule]
  for (let at = 0; at < clipped.length; at += ROWS_AT_ONCE)
    lines.push(...draw(clipped.slice(at, at + ROWS_AT_ONCE), []))
  return lines.map((line) => line.trimEnd()).join('\n')
}

/**
 * The width of each column: that of its widest cell, unless the terminal is too narrow. Then the widest columns shrink, so
 * that short ones stay whole: first down to the width of their titles, then titles that are wider than their cells. The
 * column that names the row (the JID, else the first column) shrinks only while it takes more than half of the room, and
 * is kept at the cost of the titles. Each column keeps one character.
 */
function fitWidths([head = [], ...rows]: string[][], columns: number): number[] {
  const room = columns - GAP.length * (head.length - 1)
  // Capped first: otherwise a very wide cell would be narrowed in as many steps as it has characters.
  const most = Math.max(1, room)
  const titles = head.map((title) => stringWidth(title))
  const cells = head.map((_, x) =>
    rows.reduce((widest, row) => Math.max(widest, stringWidth(row[x] ?? '')), 1),
  )
  const key = Math.max(
    0,
    head.findIndex((title) => title.toUpperCase() === 'JID'),
  )
  const widths = cells.map((width, x) => Math.min(Math.max(width, titles[x] ?? 0), most))
  for (let excess = widths.reduce((sum, width) => sum + width, 0) - room; excess > 0; excess--) {
    const x = columnToShrink(widths, {key, titles: titles.with(key, room / 2), cells})
    widths[x] = Math.max(1, (widths[x] ?? 0) - 1)
  }
  return widths
}

/** @param titles the width that each column keeps as long as another one is wider than that */
function columnToShrink(
  widths: number[],
  {cells, key, titles}: {key: number; titles: number[]; cells: number[]},
): number {
  const widest = (floors: number[]): number => {
    const spare = widths.map((width, x) => (width > (floors[x] ?? 0) ? width : 0))
    return Math.max(...spare) > 0 ? spare.indexOf(Math.max(...spare)) : -1
  }
  const wide = widest(titles)
  if (wide >= 0 && wide !== key) return wide
  const title = widest(cells.with(key, Number.POSITIVE_INFINITY))
  if (title >= 0) return title
  return wide === key ? key : widest([])
}
