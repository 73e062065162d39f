/** What text is written to. */
export interface Terminal {
  isTTY: boolean
  /** Width in characters; 0 when the terminal does not say. */
  columns: number
  colour: boolean
}
