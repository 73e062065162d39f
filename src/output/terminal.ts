/** The properties of an output stream that renderers need. */
export interface Terminal {
  isTTY: boolean
  /** Width in characters; 0 when unknown. */
  columns: number
  colour: boolean
}
