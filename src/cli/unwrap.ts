/** Text that is wrapped in the source, and again to the width of the terminal: only blank lines separate paragraphs. */
export function unwrap({raw}: TemplateStringsArray): string {
  return String.raw({raw}).replace(/(?<!\n)\n(?!\n)/g, ' ')
}
