/** RFC 6120 §13.12: a server need not take a stanza of any size <https://www.rfc-editor.org/rfc/rfc6120#section-13.12> */

/** What every server has to take, in bytes. */
export const SMALLEST_LIMIT = 10_000

/** `(12/34) `, however many parts there are. */
const LABEL_BYTES = 20

/** A text in numbered parts, each at most so many bytes once it is XML; whole where it fits. */
export function splitText(text: string, most: number): string[] {
  const parts = cut(text, most)
  if (parts.length === 1) return parts
  const numbered = cut(text, most - LABEL_BYTES)
  return numbered.map((part, i) => `(${i + 1}/${numbered.length}) ${part}`)
}

function cut(text: string, most: number): string[] {
  const parts: string[] = []
  let part = ''
  let bytes = 0
  for (const character of text) {
    const size = sizeOf(character)
    if (bytes + size > most && part !== '') {
      const end = seam(part)
      parts.push(part.slice(0, end))
      part = part.slice(end)
      bytes = Array.from(part).reduce((sum, kept) => sum + sizeOf(kept), 0)
    }
    part += character
    bytes += size
  }
  parts.push(part)
  return parts.map((part, i) => (i < parts.length - 1 ? part.replace(/\n$/, '') : part))
}

/** Behind the last line, or else the last word, unless that leaves most of the room empty. */
function seam(part: string): number {
  const least = part.length / 2
  const line = part.lastIndexOf('\n') + 1
  if (line > least) return line
  const word = part.lastIndexOf(' ') + 1
  return word > least ? word : part.length
}

/** Bytes of a text in XML, where characters may take the room of an entity. */
const ESCAPED: Record<string, number> = {'&': 5, '<': 4, '>': 4, '\r': 5}
const sizeOf = (character: string): number => ESCAPED[character] ?? Buffer.byteLength(character)

/** Bytes of a stanza on the wire, as the stream writes it. */
export const sizeOfText = (xml: string): number =>
  Buffer.byteLength(xml) + 4 * (xml.split('\r').length - 1)
