/** The output of `--verbose` (stages) and `--debug` (the XML of the stream) on stderr. */
import {uptime} from '../clock.ts'
import type {Stage} from '../errors.ts'
import {sanitizeLine, sanitizeText} from '../output/sanitize.ts'
import {writeErr} from './stdout.ts'

const ARROWS = {in: '<--', out: '-->'}

export function traceWriter({debug, verbose}: {debug: boolean; verbose: boolean}) {
  const start = uptime()
  const stamp = (stage: Stage): string =>
    `${((uptime() - start) / 1000).toFixed(3).padStart(7)} ${stage.padEnd(8)}`
  return {
    ...((verbose || debug) && {
      note: (stage: Stage, text: string) => writeErr(`${stamp(stage)} ${sanitizeLine(text)}\n`),
    }),
    ...(debug && {
      wire: (direction: 'in' | 'out', stage: Stage, xml: string) =>
        writeErr(`${stamp(stage)} ${ARROWS[direction]} ${sanitizeText(xml, ' '.repeat(21))}\n`),
    }),
  }
}
