/** Cuts a text to the columns of a terminal. */
import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter()

/** Cuts between graphemes: half an emoji, or a letter without its accent, would be a different text. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let start = ''
  let room = width - 1
  for (const {segment} of graphemes.segment(text)) {
    room -= stringWidth(segment)
    if (room < 0) break
    start += segment
  }
  return `${start}…`
}

/**
 * The time to measure a grapheme grows with the square of its length, and a sender can put any number of accents on one
 * letter. No emoji has more than sixteen code units per column, so the rest of a longer text would be invisible anyway.
 */
export function clip(text: string, columns: number): string {
  const most = columns * 16
  if (text.length <= most) return text
  return `${text.slice(0, most).replace(/\p{Cs}$/u, '')}…`
}
