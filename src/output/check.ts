/** The findings of `xmpp check` as text. */
import {palette} from './colour.ts'
import {sanitizeLine} from './sanitize.ts'
import type {Terminal} from './terminal.ts'

interface CheckFinding {
  area: string
  level: 'ok' | 'info' | 'warn' | 'fail'
  message: string
  hint: string | null
}

/** One line for each finding, and one for its hint. */
export function renderFindings(findings: readonly CheckFinding[], {colour}: Terminal): string {
  const {green, red, yellow} = palette(colour)
  const paint = {ok: green, info: String, warn: yellow, fail: red}
  return findings
    .flatMap(({area, hint, level, message}) => [
      `${paint[level](level.padEnd(4))}  ${area.padEnd(7)}  ${sanitizeLine(message)}`,
      ...(hint === null || level === 'ok' ? [] : [`               ${sanitizeLine(hint)}`]),
    ])
    .join('\n')
}
