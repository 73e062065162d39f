/** The findings of `xmpp check` as text. */
import {palette} from './colour.ts'
import {sanitizeLine} from './sanitize.ts'
import {type Terminal, wrapWords} from './terminal.ts'

interface CheckFinding {
  area: string
  level: 'ok' | 'info' | 'warn' | 'fail'
  message: string
  hint: string | null
}

/** The width of level and area, with the space behind them. */
const INDENT = 15

/** One line for each finding, and one for its hint. On a terminal, long ones are wrapped. */
export function renderFindings(
  findings: readonly CheckFinding[],
  {colour, columns, isTTY}: Terminal,
): string {
  const {green, red, yellow} = palette(colour)
  const paint = {ok: green, info: String, warn: yellow, fail: red}
  const width = isTTY && columns ? columns - INDENT : Number.POSITIVE_INFINITY
  const wrap = (text: string): string[] => wrapWords(sanitizeLine(text), width)
  return findings
    .flatMap(({area, hint, level, message}) => {
      const [first, ...others] = wrap(message)
      const hints = hint === null || level === 'ok' ? [] : wrap(hint)
      return [
        `${paint[level](level.padEnd(4))}  ${area.padEnd(7)}  ${first}`,
        ...[...others, ...hints].map((line) => ' '.repeat(INDENT) + line),
      ]
    })
    .join('\n')
}
