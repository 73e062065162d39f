/** Text that is wrapped in the source and again, to its own width, by the terminal: only blank lines part paragraphs. */
export function unwrap({raw}: TemplateStringsArray): string {
  return String.raw({raw}).replace(/(?<!\n)\n(?!\n)/g, ' ')
}
