/** What all benches share: how thorough they are, and the book in which they write what they find. */
import type {BenchResults, Row} from './report.ts'

export interface Testbed {
  found: BenchResults
  /** How often to run what is usually run so often. */
  runs(usual: number): number
  /** For those who want to see more than medians. */
  note(line: string): void
}

/** What cannot be measured is told in the end, and keeps nothing else from being measured. */
export async function record(
  testbed: Testbed,
  what: string,
  work: () => Promise<Row[]>,
): Promise<void> {
  testbed.note(what)
  try {
    testbed.found.rows.push(...(await work()))
  } catch (error) {
    testbed.found.missing.push(`${what}: ${(error as Error).message}`)
  }
}
