import {nextTurn} from '../next-turn.ts'
/** Many small jobs in order: a bounded number at work, each result told in its turn. */

export interface OrderedWork<T, R> {
  groups: AsyncIterable<T[]>
  /** What a job weighs; all that is at work weighs at most `capacity`, however light the single one. */
  sizeOf(job: T): number
  /** Never rejects: what goes wrong with a job is its result. */
  work(job: T): Promise<R>
  /** Called once at a time, in the order of the jobs, with all that are known by then. */
  onResults(results: R[]): Promise<void>
}

/**
 * In bytes: what a server that takes in 10 kB/s, as Prosody does by default, confirms within 13 seconds, and enough to
 * keep a pipe of 1 MB/s and 0.1 s of delay busy.
 */
const CAPACITY = 128 * 1024

/**
 * What starts in one turn of the program shares a confirmation. The smaller that is, the more is known when the line
 * breaks; while some wait for theirs, others are on their way.
 */
const CHUNK_BYTES = CAPACITY / 8

/** Ends when the groups do, or throws what they throw, after the results of all that was begun. */
export async function processInOrder<T, R>({
  groups,
  onResults: tell,
  sizeOf,
  work,
}: OrderedWork<T, R>): Promise<void> {
  const room = new Semaphore(CAPACITY)
  let told = Promise.resolve()
  try {
    for await (const group of groups) {
      for (const jobs of chunksOf(group, sizeOf)) {
        const weight = total(jobs, sizeOf)
        await room.acquire(weight)
        await nextTurn()
        const results = new Results(jobs.map(work))
        told = told.then(async () => {
          try {
            for (let known = await results.next(); known; known = await results.next())
              await tell(known)
          } finally {
            room.release(weight)
          }
        })
        told.catch(() => {}) // heard below
      }
    }
  } finally {
    await told
  }
}

/** What becomes of a load, in order. */
class Results<R> {
  readonly #pending: Promise<R>[]
  readonly #known = new Map<number, Awaited<R>>()
  #told = 0

  constructor(results: Promise<R>[]) {
    this.#pending = results
    results.forEach(async (result, i) => this.#known.set(i, await result))
  }

  /** The next one, once it is known, and those behind it that are known as well; undefined when all were told. */
  async next(): Promise<R[] | undefined> {
    const first = this.#pending[this.#told]
    if (!first) return undefined
    const results = [await first]
    await nextTurn() // what was confirmed along with it
    while (this.#known.has(this.#told + results.length))
      results.push(this.#known.get(this.#told + results.length) as Awaited<R>)
    this.#told += results.length
    return results
  }
}

function chunksOf<T>(jobs: T[], sizeOf: (job: T) => number): T[][] {
  const all: T[][] = []
  let weight = Number.POSITIVE_INFINITY
  for (const job of jobs) {
    weight += sizeOf(job)
    if (weight <= CHUNK_BYTES) all.at(-1)?.push(job)
    else {
      all.push([job])
      weight = sizeOf(job)
    }
  }
  return all
}

const total = <T>(jobs: T[], sizeOf: (job: T) => number): number =>
  jobs.reduce((sum, job) => sum + sizeOf(job), 0)

/** What is heavier than the capacity enters alone. */
class Semaphore {
  readonly #capacity: number
  #taken = 0
  #wake: () => void = () => {}

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  async acquire(weight: number): Promise<void> {
    while (this.#taken > 0 && this.#taken + weight > this.#capacity)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    this.#taken += weight
  }

  release(weight: number): void {
    this.#taken -= weight
    this.#wake()
  }
}
