/** A page of help that is not about one command. It is also a part of the manual. */
import type {Rows} from '../help-topics.ts'

export interface HelpPage {
  summary: string
  sections: Section[]
}

interface Section {
  title: string
  /** Paragraphs, or a list of names and meanings, or lines that are not wrapped. */
  text?: string
  rows?: Rows
  lines?: string
}
