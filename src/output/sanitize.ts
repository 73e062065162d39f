/**
 * Makes text from the network safe for a terminal and for programs that read lines. A sender must not move the cursor,
 * reorder text, hide characters in a name, or forge a record. The original text cannot be restored from the result;
 * `--json` has the original.
 */

/** Most texts: they need no Unicode tables. */
const PLAIN = /^[\x20-\x7e]*$/

/** Characters that control the terminal, break the line, or are invisible. */
const suspect = (): RegExp =>
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]/u

/** Scripts that need joiners: many Persian plurals contain U+200C. */
const JOINING = ['Arab', 'Syrc', 'Mong', 'Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu']
  .concat(['Knda', 'Mlym', 'Sinh', 'Khmr', 'Mymr'])
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('')

/** Invisible characters that are part of a visible one, each only in its place. */
const PART_OF_A_GLYPH = [
  // Emoji: joined (family, profession), text or colour style, keycaps, flags made of tags (Wales).
  String.raw`(?<=\p{Extended_Pictographic}[\u{fe0f}\p{Emoji_Modifier}]?)\u{200d}(?=\p{Extended_Pictographic})`,
  String.raw`(?<=\p{Extended_Pictographic})[\u{fe0e}\u{fe0f}]`,
  String.raw`(?<=[0-9#*])\u{fe0f}(?=\u{20e3})`,
  String.raw`\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{2,6}\u{e007f}`,
  // Letters: one variation selector behind an ideograph or a Mongolian letter, joiners inside words.
  String.raw`(?<=\p{Unified_Ideograph})[\u{fe00}-\u{fe0d}\u{e0100}-\u{e01ef}]`,
  String.raw`(?<=\p{Script=Mongolian})[\u{180b}-\u{180d}\u{180f}]`,
  `(?<=[${JOINING}])[\\u{200c}\\u{200d}](?=[${JOINING}])`,
].join('|')

const isClean = (text: string): boolean => PLAIN.test(text) || !suspect().test(text)

/** Compiled on first use: its tables take three milliseconds, and most texts do not need them. */
const keptOrSuspect = (): RegExp => {
  pattern ??= new RegExp(`(${PART_OF_A_GLYPH})|${suspect().source}`, 'gu')
  return pattern
}
let pattern: RegExp | undefined

/** The line breaks of every system, and U+0085, which some terminals obey. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/

/** For a field of one line, such as a name, a JID, a subject or a status. ESC becomes `␛`, U+202E `\u{202e}`. */
export function sanitizeLine(text: string): string {
  if (isClean(text)) return text
  return text.replace(keptOrSuspect(), (match, kept?: string) => kept ?? visible(match))
}

/**
 * For a text of several lines. Every line but the first starts with `indent`, so that a line without it always starts a
 * new record. Tabs become four spaces, because tabs separate columns.
 */
export function sanitizeText(text: string, indent: string): string {
  if (isClean(text)) return text
  return text
    .split(LINE_BREAK)
    .map((line) => sanitizeLine(line.replaceAll('\t', '    ')))
    .join(`\n${indent}`)
}

/** C0 controls and DEL become their Unicode symbols (from U+2400), all others an escape sequence. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  return code === 0x7f ? '\u2421' : `\\u{${code.toString(16)}}`
}
