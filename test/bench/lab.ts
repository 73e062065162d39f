/** What all benches share: how thorough they are, and the book in which they write what they find. */
import type {Found, Row} from './report.ts'

export interface Lab {
  found: Found
  /** How often to run what is usually run so often. */
  runs(usual: number): number
  /** For those who want to see more than medians. */
  note(line: string): void
}

/** What cannot be measured is told in the end, and keeps nothing else from being measured. */
export async function attempt(lab: Lab, what: string, work: () => Promise<Row[]>): Promise<void> {
  lab.note(what)
  try {
    lab.found.rows.push(...(await work()))
  } catch (error) {
    lab.found.missing.push(`${what}: ${(error as Error).message}`)
  }
}
