/** The findings of `xmpp check` as text. */
import {palette} from './layout/colour.ts'
import {hangingLines, type Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

interface CheckFinding {
  area: string
  level: 'ok' | 'info' | 'warn' | 'fail'
  message: string
  hint: string | null
}

/** The width of level and area, with the space behind them. */
const INDENT = 15

/** One line for each finding, and one for its hint. On a terminal, long ones are wrapped. */
export function renderFindings(findings: readonly CheckFinding[], terminal: Terminal): string {
  const {green, red, yellow} = palette(terminal.colour)
  const paint = {ok: green, info: String, warn: yellow, fail: red}
  return findings
    .map(({area, hint, level, message}) => {
      const texts = hint === null || level === 'ok' ? [message] : [message, hint]
      const lines = hangingLines(texts.map(sanitizeLine), INDENT, terminal)
      return `${paint[level](level.padEnd(4))}  ${area.padEnd(7)}  ${lines.join('\n')}`
    })
    .join('\n')
}

export const renderChecking = (domain: string): string => `Checking ${domain}`
