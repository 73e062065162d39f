/** The properties of an output stream that renderers need. */
export interface Terminal {
  isTTY: boolean
  /** Width in characters; 0 when unknown. */
  columns: number
  colour: boolean
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
