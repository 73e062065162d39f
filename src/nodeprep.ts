/** RFC 6122 Appendix A: Nodeprep, which most servers still use <https://www.rfc-editor.org/rfc/rfc6122#appendix-A> */

/**
 * Normalizes a local part as a server does: `straße` becomes `strasse`, and `οδος` becomes `οδοσ`. Case folding is lower
 * case of upper case, character by character, because a final sigma has a lower case of its own.
 */
export function nodeprep(local: string): string {
  const fold = (character: string): string =>
    character === '\u{131}' ? character : character.toUpperCase().toLowerCase()
  return [...local.normalize('NFKC')].map(fold).join('').normalize('NFKC')
}
