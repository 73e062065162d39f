/** RFC 6122 Appendix A: Nodeprep, by which most servers still go <https://www.rfc-editor.org/rfc/rfc6122#appendix-A> */

/**
 * The local part that a server makes of one that RFC 7622 allows: `straße` becomes `strasse`, and `οδος` becomes `οδοσ`.
 * Case folding is lower case of upper case, character by character, since a final sigma has a lower case of its own.
 */
export function nodeprep(local: string): string {
  const fold = (character: string): string =>
    character === '\u{131}' ? character : character.toUpperCase().toLowerCase()
  return [...local.normalize('NFKC')].map(fold).join('').normalize('NFKC')
}
