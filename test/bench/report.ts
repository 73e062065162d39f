/** The results of the benches, as rows of one table, and the promised values. */

export interface Row {
  what: string
  value: number
  unit: Unit
  against?: {what: string; value: number}
  /** The limit of the ratio, or of the value if there is nothing to compare it with. */
  promise?: {atMost: number} | {atLeast: number}
}

type Unit = 'ms' | 'messages/s' | 'MB' | 'round trips'

export interface BenchResults {
  rows: Row[]
  /** The measurements that failed, with the reason. */
  missing: string[]
}

export const ratio = ({against, value}: Row): number | undefined => against && value / against.value

/** Undefined without a promise. */
export function isWithinPromise(row: Row): boolean | undefined {
  const {promise, unit} = row
  if (!promise) return undefined
  const measured = ratio(row) ?? row.value
  const found = unit === 'round trips' ? Math.round(measured) : measured
  return 'atMost' in promise ? found <= promise.atMost : found >= promise.atLeast
}

/** The table, a line for each promise, and the failed measurements. */
export function render({missing, rows}: BenchResults): string {
  const cells = rows.map((row) => [
    row.what,
    amount(row.value, row.unit),
    row.against ? amount(row.against.value, row.unit) : '',
    row.against?.what ?? '',
    ratio(row)?.toFixed(2) ?? '',
  ])
  const table = align(
    [['', 'xmpp', 'other', '', 'ratio'], ...cells],
    ['start', 'end', 'end', 'start', 'end'],
  )
  const promises = rows.filter(({promise}) => promise).map(renderPromise)
  const sections = [table, promises, missing.map((line) => `not measured: ${line}`)]
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function renderPromise(row: Row): string {
  const {against, promise, unit, what} = row
  const limit = promise && ('atMost' in promise ? `≤ ${promise.atMost}` : `≥ ${promise.atLeast}`)
  const found = ratio(row)?.toFixed(2) ?? amount(row.value, unit)
  const verdict = isWithinPromise(row) ? 'ok    ' : 'MISSED'
  return `${verdict}  ${what}${against ? ` / ${against.what}` : ''}: ${found} (${limit})`
}

function amount(value: number, unit: Unit): string {
  return unit === 'round trips' ? `${value.toFixed(2)} RTT` : `${value.toFixed(0)} ${unit}`
}

function align(rows: string[][], sides: Array<'start' | 'end'>): string[] {
  const widths = sides.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  const pad = (cell: string, i: number): string =>
    sides[i] === 'end' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)
  return rows.map((row) => row.map(pad).join('  ').trimEnd())
}
