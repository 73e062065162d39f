/** The text of a terminal, with its colours, as an SVG picture. */
import {escapeXML} from '@xmpp/xml'
import stringWidth from 'string-width'

const CHARACTER = 8.4
const LINE = 20
const MARGIN = 16
const BACKGROUND = '#1e1e2e'
const FOREGROUND = '#cdd6f4'
const DIM = '#7f849c'
/** Of the SGR parameters 30 to 37; 90 to 97 are the same here. */
const COLOURS = [
  '#45475a',
  '#f38ba8',
  '#a6e3a1',
  '#f9e2af',
  '#89b4fa',
  '#f5c2e7',
  '#94e2d5',
  '#bac2de',
]

const ESC = '\u{1b}'
/** Select Graphic Rendition (ECMA-48). */
const SGR = new RegExp(`(${ESC}\\[[\\d;]*m)`)

interface Style {
  colour: string
  bold: boolean
}

const PLAIN: Style = {colour: FOREGROUND, bold: false}

/** @param columns the width of the picture in characters */
export function renderSvg(text: string, columns: number, title: string): string {
  const lines = text.split('\n')
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN)
  const height = lines.length * LINE + 2 * MARGIN
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escapeXML(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">
${lines.flatMap((line, y) => renderLine(line, MARGIN + y * LINE + 15)).join('\n')}
</g>
</svg>
`
}

/** One element for each run of one style, at the place of its column: fonts differ in their width. */
function renderLine(line: string, y: number): string[] {
  const elements: string[] = []
  let style = PLAIN
  let column = 0
  for (const part of line.split(SGR)) {
    if (SGR.test(part)) style = applySgr(style, part.slice(2, -1))
    else {
      if (part.trim()) elements.push(renderRun(part, column, y, style))
      column += stringWidth(part)
    }
  }
  return elements
}

function renderRun(text: string, column: number, y: number, {bold, colour}: Style): string {
  const start = column + (text.length - text.trimStart().length)
  const shown = text.trim()
  const x = (MARGIN + start * CHARACTER).toFixed(1)
  const length = (stringWidth(shown) * CHARACTER).toFixed(1)
  const weight = bold ? ' font-weight="bold"' : ''
  return `<text x="${x}" y="${y}" textLength="${length}" fill="${colour}"${weight}>${escapeXML(shown)}</text>`
}

function applySgr(style: Style, parameters: string): Style {
  let next = style
  for (const code of parameters.split(';').map(Number)) {
    if (code === 0) next = PLAIN
    else if (code === 1) next = {...next, bold: true}
    else if (code === 2) next = {...next, colour: DIM}
    else if (code === 22) next = {...next, bold: false, colour: FOREGROUND}
    else if (code === 39) next = {...next, colour: FOREGROUND}
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
      next = {...next, colour: COLOURS[code % 10] ?? FOREGROUND}
  }
  return next
}

/** The lines of a picture, without their colours. */
export const textOf = (svg: string): string[] => {
  const lines = new Map<string, string[]>()
  for (const [, y = '', text = ''] of svg.matchAll(/<text x="[^"]+" y="([^"]+)"[^>]*>([^<]*)</g))
    lines.set(y, [...(lines.get(y) ?? []), text])
  return [...lines.values()].map((parts) => parts.join(' '))
}
