/** The options and the results that all benches share. */
import type {BenchResults, Row} from './report.ts'

export interface Testbed {
  found: BenchResults
  /** The number of runs, from the usual one. */
  runs(usual: number): number
  /** Prints a line with --verbose. */
  note(line: string): void
}

/** Records the rows of a measurement, or its failure, which does not prevent other measurements. */
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
