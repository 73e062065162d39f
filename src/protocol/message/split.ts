/** RFC 6120 §13.12: servers may limit the size of a stanza <https://www.rfc-editor.org/rfc/rfc6120#section-13.12> */

/** Each server must accept stanzas of this size, in bytes. */
export const SMALLEST_LIMIT = 10_000

/** Size of a label such as `(12/34) ` for any number of parts. */
const LABEL_BYTES = 20

/** Splits a text into numbered parts of at most `maxBytes` as XML. A text that fits is returned unchanged. */
export function splitText(text: string, maxBytes: number): string[] {
  const parts = cut(text, maxBytes)
  if (parts.length === 1) return parts
  const numbered = cut(text, maxBytes - LABEL_BYTES)
  return numbered.map((part, i) => `(${i + 1}/${numbered.length}) ${part}`)
}

function cut(text: string, maxBytes: number): string[] {
  const parts: string[] = []
  let part = ''
  let bytes = 0
  for (const character of text) {
    const size = sizeOf(character)
    if (bytes + size > maxBytes && part !== '') {
      const end = breakOf(part)
      parts.push(part.slice(0, end))
      part = part.slice(end)
      bytes = Array.from(part).reduce((sum, char) => sum + sizeOf(char), 0)
    }
    part += character
    bytes += size
  }
  parts.push(part)
  return parts.map((part, i) => (i < parts.length - 1 ? part.replace(/\n$/, '') : part))
}

/** The end of the last line, or else of the last word, unless the part would be less than half full. */
function breakOf(part: string): number {
  const minimum = part.length / 2
  const line = part.lastIndexOf('\n') + 1
  if (line > minimum) return line
  const word = part.lastIndexOf(' ') + 1
  return word > minimum ? word : part.length
}

/** Bytes of the characters that are written as an entity. */
const ESCAPED: Record<string, number> = {'&': 5, '<': 4, '>': 4, '\r': 5}
const sizeOf = (character: string): number => ESCAPED[character] ?? Buffer.byteLength(character)

/** Bytes of a stanza as the stream writes it. */
export const sizeOfText = (xml: string): number =>
  Buffer.byteLength(xml) + 4 * (xml.split('\r').length - 1)
