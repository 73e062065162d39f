/** The findings as a table, a line for each scenario as soon as it ends. */
import type {Finding} from './tally.ts'

const COLUMNS: Record<string, (finding: Finding) => string> = {
  scenario: ({what}) => what,
  server: ({server}) => server,
  sent: ({sent}) => String(sent),
  lost: ({lost}) => String(lost),
  doubled: ({doubled}) => String(doubled),
  'in gaps': ({inGaps}) => String(inGaps),
  'wrong codes': ({wrongCodes}) => String(wrongCodes),
  hangs: ({hangs}) => String(hangs),
  'peak MB': ({peak}) => (peak === undefined ? '' : peak.toFixed(0)),
  seconds: ({seconds}) => seconds.toFixed(0),
}

export const row = (cells: string[]): string =>
  cells.map((cell, i) => cell.padEnd(i < 2 ? 28 : 12)).join('')

export const print = (line: string): void => void process.stdout.write(`${line.trimEnd()}\n`)

export const HEADER = row(Object.keys(COLUMNS))

export const rowOf = (finding: Finding): string =>
  row(Object.values(COLUMNS).map((cell) => cell(finding)))

export function totalOf(findings: Finding[]): string {
  const sum = (key: 'sent' | 'lost' | 'doubled' | 'inGaps' | 'wrongCodes' | 'hangs'): string =>
    String(findings.reduce((total, finding) => total + finding[key], 0))
  const totals = [sum('sent'), sum('lost'), sum('doubled'), sum('inGaps')]
  return row(['total', '', ...totals, sum('wrongCodes'), sum('hangs')])
}
