/** The lines of a `.vcf` file as they were before they were wrapped and encoded: RFC 6350 §3.2, and vCard 2.1 §2.1. */

/** Their texts, without line breaks inside. */
export function unfold(text: string): string[] {
  const lines: string[] = []
  for (const line of text.split(/\r?\n/)) {
    const open = lines.at(-1)
    if (open !== undefined && goesOn(open)) lines[lines.length - 1] = open.slice(0, -1) + line
    else if (open !== undefined && /^[ \t]/.test(line))
      lines[lines.length - 1] = open + line.slice(1)
    else lines.push(line)
  }
  return lines.filter((line) => line.trim() !== '')
}

/** A soft line break (RFC 2045 §6.7): the next line belongs to it, with the space at its beginning. */
const goesOn = (line: string): boolean =>
  line.endsWith('=') && /^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE\b[^:]*:/i.test(line)

/**
 * RFC 2045 §6.7. What separates values elsewhere is escaped, since here it belongs to one. Undefined where nobody knows
 * the characters.
 */
export function decodeQuotedPrintable(text: string, charset = 'utf-8'): string | undefined {
  const escaped = Buffer.from(text.replaceAll(/=(?=3B|2C|5C)/gi, '\\=')).toString('latin1')
  const decoded = escaped.replaceAll(/=([\dA-F]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  const bytes = Buffer.from(decoded, 'latin1')
  try {
    return new TextDecoder(charset).decode(bytes).replaceAll('\r\n', '\n')
  } catch {
    return undefined
  }
}
