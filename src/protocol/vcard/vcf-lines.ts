/** Unfolds and decodes the lines of a `.vcf` file: RFC 6350 §3.2, and vCard 2.1 §2.1. */
import {isUtf8} from 'node:buffer'
import {decodeUtf8} from '../../read-file.ts'

/** A line as its folded pieces, which are joined only once, because a photo has thousands of them. */
interface UnfoldedLine {
  pieces: string[]
  /** The text before the colon after the parameters. */
  head: string
  /** Whether that colon was found. */
  hasColon: boolean
}

/** The texts of the lines, without their line breaks. */
export function unfold(text: string): string[] {
  const lines: UnfoldedLine[] = []
  for (const piece of text.split(/\r?\n/)) {
    const open = lines.at(-1)
    if (open && isContinued(open)) {
      open.pieces.push(open.pieces.pop()?.slice(0, -1) ?? '')
      add(open, piece)
    } else if (open && /^[ \t]/.test(piece)) add(open, piece.slice(1))
    else lines.push(add({pieces: [], head: '', hasColon: false}, piece))
  }
  return lines.map(({pieces}) => pieces.join('')).filter((line) => line.trim() !== '')
}

function add(line: UnfoldedLine, piece: string): UnfoldedLine {
  line.pieces.push(piece)
  if (line.hasColon) return line
  const colon = piece.indexOf(':')
  line.hasColon = colon !== -1
  line.head += line.hasColon ? piece.slice(0, colon) : piece
  return line
}

/** A soft line break (RFC 2045 §6.7): the next line continues this one, including its leading space. */
const isContinued = ({hasColon, head, pieces}: UnfoldedLine): boolean =>
  hasColon &&
  pieces.at(-1)?.endsWith('=') === true &&
  /;(?:ENCODING=)?QUOTED-PRINTABLE\b/i.test(head)

/**
 * RFC 2045 §6.7. Encoded separators are escaped, because they belong to the value. Undefined when the charset is unknown
 * or the bytes are invalid in it.
 */
export function decodeQuotedPrintable(text: string, charset = 'utf-8'): string | undefined {
  const escaped = Buffer.from(text.replaceAll(/=(?=3B|2C|5C)/gi, '\\=')).toString('latin1')
  const decoded = escaped.replaceAll(/=([\dA-F]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  const bytes = Buffer.from(decoded, 'latin1')
  return decode(bytes, charset)?.replaceAll('\r\n', '\n')
}

/** The text of a file: UTF-8, or in version 2.1 the `CHARSET` of each line. Throws `not-utf8` (65). */
export function decodeVcf(bytes: Buffer, source: string): string {
  if (isUtf8(bytes)) return bytes.toString()
  // Some programs fold lines inside of characters, so unfold before decoding.
  const lines = unfold(bytes.toString('latin1')).map((line) => {
    const [, charset = 'utf-8'] = /^[^:]*;CHARSET="?([^;:"]+)/i.exec(line) ?? []
    const text = Buffer.from(line, 'latin1')
    return decode(text, charset) ?? decodeUtf8(text, source)
  })
  return lines.join('\n')
}

/** Undefined when the charset is unknown or the bytes are invalid in it. */
function decode(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, {fatal: true}).decode(bytes)
  } catch {
    return undefined
  }
}
