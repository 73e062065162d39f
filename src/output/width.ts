/** Cutting a text to the columns of a terminal. */
import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter()

/** Cuts between graphemes: half an emoji or a letter without its accent would be another text. */
export function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  let room = width - 1
  for (const {segment} of graphemes.segment(text)) {
    room -= stringWidth(segment)
    if (room < 0) break
    kept += segment
  }
  return `${kept}…`
}

/**
 * Measuring takes time that grows with the square of a grapheme, and a sender can pile accents on
 * one letter without end. No emoji takes more than sixteen code units a column; the rest of such
 * a text could not be seen anyway.
 */
export function clip(text: string, columns: number): string {
  const most = columns * 16
  if (text.length <= most) return text
  return `${text.slice(0, most).replace(/\p{Cs}$/u, '')}…`
}
