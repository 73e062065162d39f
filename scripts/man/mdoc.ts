/** mdoc(7), the language of manual pages <https://mandoc.bsd.lv/man/mdoc.7.html>: pages, and text in which nothing is taken for a macro */

const COLUMNS = 72

/** Escapes a text; `--` is two hyphens that can be copied. */
export const escapeText = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('--', '\\-\\-')
    .replaceAll(/[^\x20-\x7e\n]/gu, (character) => {
      const code = character.codePointAt(0) ?? 0
      return `\\[u${code.toString(16).toUpperCase().padStart(4, '0')}]`
    })

/** One argument of a macro. A word of two or three letters could be the name of a macro. */
export function argument(text: string): string {
  const escaped = escapeText(text).replaceAll('"', '\\(dq')
  const protectedText = /^[A-Z%][a-z0-9]{1,2}$|^[|.,:;()?![\]]$/.test(text)
    ? `\\&${escaped}`
    : escaped
  return /\s/.test(text) || text === '' ? `"${protectedText}"` : protectedText
}

/** Paragraphs. Each sentence begins on a line of its own, as mdoc asks for. */
export function prose(text: string): string {
  return text
    .split(/\n\n+/)
    .map((paragraph) => {
      const sentences = paragraph.replaceAll(/\s+/g, ' ').split(/(?<=[.?!:][")]*) (?=\S)/)
      return sentences.flatMap(wrapped).join('\n')
    })
    .join('\n.Pp\n')
}

function wrapped(sentence: string): string[] {
  const lines: string[] = []
  for (const word of escapeText(sentence).split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + word.length < COLUMNS)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
}

/** Lines as they are, with characters that can be copied. */
export function literal(text: string): string {
  const lines = text.split('\n').map((line) => {
    const escaped = line.split('').map((character) => COPIED[character] ?? escapeText(character))
    return continued(escaped)
  })
  return `.Bd -literal -offset indent\n${lines.join('\n')}\n.Ed`
}

const COPIED: Record<string, string> = {
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '~': '\\(ti',
  '^': '\\(ha',
}

/** A backslash at the end of a line joins it to the next one. */
function continued(characters: string[]): string {
  let column = 0
  return characters
    .map((character, index) => {
      column += character.length
      if (column < COLUMNS || index === characters.length - 1) return character
      column = 0
      return `${character}\\\n`
    })
    .join('')
    .replaceAll(/^(?=[.'])/gm, '\\&')
}

/** @param items their heads, as arguments of `.It`, and texts */
export const list = (items: [head: string, text: string][]): string =>
  ['.Bl -tag -width Ds', ...items.map(([head, text]) => `.It ${head}\n${prose(text)}`), '.El'].join(
    '\n',
  )

export const section = (title: string, ...parts: string[]): string =>
  [`.Sh ${title}`, ...parts].join('\n')

/** @param parts the sections after NAME */
export function page(
  {date, name, summary, volume}: {date: string; name: string; summary: string; volume: number},
  parts: string[],
): string {
  const head = [
    `.Dd ${date}`,
    `.Dt ${name.toUpperCase()} ${volume}`,
    '.Os',
    section('NAME', `.Nm ${name}`, `.Nd ${summary.split(' ').map(argument).join(' ')}`),
  ]
  return `${[...head, ...parts].join('\n')}\n`
}

/** References to other pages, in the order that mdoc asks for. */
export function seeAlso(pages: {name: string; volume: number}[]): string {
  const sorted = pages.toSorted((a, b) => a.volume - b.volume || (a.name < b.name ? -1 : 1))
  const references = sorted.map(({name, volume}) => `.Xr ${name} ${volume}`)
  return section('SEE ALSO', references.join(' ,\n'))
}
