/** Runs many small jobs, a limited number at once, and passes on their results in the order of the jobs. */
import {nextTurn} from '../next-turn.ts'

export interface OrderedWork<T, R> {
  groups: AsyncIterable<T[]>
  /** Size of a job in bytes. The jobs at work have at most `CAPACITY` together. */
  sizeOf(job: T): number
  /** Never rejects: a failed job has its failure as the result. */
  work(job: T): Promise<R>
  /** Called with the next results that are known, in the order of the jobs; the next call waits for this one. */
  onResults(results: R[]): Promise<void>
}

/**
 * A server that reads 10 kB/s, the default limit of Prosody, confirms this number of bytes in 13 seconds. It is enough to
 * fill a connection of 1 MB/s with a delay of 0.1 s.
 */
const CAPACITY = 128 * 1024

/**
 * Jobs that start in the same tick share one confirmation. With a smaller chunk, fewer results are unknown after a lost
 * connection. Several chunks are at work at once.
 */
const CHUNK_BYTES = CAPACITY / 8

/** Resolves after the results of all jobs. Rejects if `groups` does, after the results of the jobs that were started. */
export async function processInOrder<T, R>({
  groups,
  onResults,
  sizeOf,
  work,
}: OrderedWork<T, R>): Promise<void> {
  /** The chunks at work, in order. */
  const started: {size: number; reported: Promise<void>}[] = []
  let taken = 0
  let reported = Promise.resolve()
  try {
    for await (const group of groups) {
      for (const jobs of chunksOf(group, sizeOf)) {
        const size = total(jobs, sizeOf)
        while (taken + size > CAPACITY) {
          const oldest = started.shift()
          if (!oldest) break // a job that is larger than the capacity runs alone
          await oldest.reported
          taken -= oldest.size
        }
        taken += size
        await nextTurn()
        const results = new Results(jobs.map(work))
        reported = reported.then(async () => {
          for (let known = await results.next(); known; known = await results.next())
            await onResults(known)
        })
        reported.catch(() => {}) // awaited below
        started.push({size, reported})
      }
    }
  } finally {
    await reported
  }
}

/** The results of one chunk, in order. */
class Results<R> {
  readonly #pending: Promise<R>[]
  readonly #known = new Map<number, Awaited<R>>()
  #reported = 0

  constructor(results: Promise<R>[]) {
    this.#pending = results
    results.forEach(async (result, i) => this.#known.set(i, await result))
  }

  /** The next result and those after it that are known too. Undefined after the last one. */
  async next(): Promise<R[] | undefined> {
    const first = this.#pending[this.#reported]
    if (!first) return undefined
    const results = [await first]
    await nextTurn() // results with the same confirmation
    while (this.#known.has(this.#reported + results.length))
      results.push(this.#known.get(this.#reported + results.length) as Awaited<R>)
    this.#reported += results.length
    return results
  }
}

function chunksOf<T>(jobs: T[], sizeOf: (job: T) => number): T[][] {
  const all: T[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const job of jobs) {
    size += sizeOf(job)
    if (size <= CHUNK_BYTES) all.at(-1)?.push(job)
    else {
      all.push([job])
      size = sizeOf(job)
    }
  }
  return all
}

const total = <T>(jobs: T[], sizeOf: (job: T) => number): number =>
  jobs.reduce((sum, job) => sum + sizeOf(job), 0)
