/** The properties of an output stream that renderers need. */
export interface Terminal {
  isTTY: boolean
  /** Width in characters; 0 when unknown. */
  columns: number
  colour: boolean
  /** The POSIX name of the locale for times; without it, times have the form of ISO 8601. */
  locale?: string | undefined
}

/** Wraps texts of one line on a terminal. All lines but the first are indented. */
export function hangingLines(
  texts: readonly string[],
  indent: number,
  {columns, isTTY}: Pick<Terminal, 'columns' | 'isTTY'>,
): string[] {
  const width = isTTY && columns ? columns - indent : Number.POSITIVE_INFINITY
  const [first = '', ...others] = texts.flatMap((text) => wrapWords(text, width))
  return [first, ...others.map((line) => ' '.repeat(indent) + line)]
}

/** Breaks a text between words, so that the terminal does not break it inside one. A longer word stays whole. */
export function wrapWords(text: string, width: number): string[] {
  const [first = '', ...words] = text.split(' ')
  const lines = [first]
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`
    if (line.length > width) lines.push(word)
    else lines[lines.length - 1] = line
  }
  return lines
}
