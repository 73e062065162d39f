/** So many a second and no more. */
import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT, Failure} from '../../../errors.ts'

/** What a timer that fires late may catch up on. */
const SLACK_MS = 100

export function parseRate(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text) ?? []
  const rate = Number(number)
  // Slower than that, and a timer would fire at once.
  if (rate > 0 && 1000 / rate < 2 ** 31) return rate
  throw new Failure('bad-rate', `${JSON.stringify(text)} is not a rate`, EXIT.usage, {
    hint: 'Write how many a second: 10/s, 0.5/s',
  })
}

/** One clock for all who have to keep to the rate: turns are given in the order in which they are asked for. */
export class RateLimiter {
  readonly #interval: number
  #next = performance.now()

  /** @param rate so many a second */
  constructor(rate: number) {
    this.#interval = 1000 / rate
  }

  /** Resolves when one may go, with how many of so many may: a timer is coarser than some rates. Throws the reason of the signal. */
  async acquire(signal: AbortSignal, waiting = 1): Promise<number> {
    const due = this.#take()
    await sleep(Math.max(0, due - performance.now()), undefined, {signal}).catch(() => {})
    signal.throwIfAborted()
    let count = 1
    for (; count < waiting && this.#next <= performance.now(); count++) this.#take()
    return count
  }

  #take(): number {
    const due = Math.max(this.#next, performance.now() - SLACK_MS)
    this.#next = due + this.#interval
    return due
  }
}

/** Hands the groups on in pieces, each when its time has come. */
export async function* rateLimited<T>(
  groups: AsyncIterable<T[]>,
  pace: RateLimiter,
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  for await (const group of groups)
    for (let rest = group; rest.length > 0; ) {
      const count = await pace.acquire(signal, rest.length)
      yield rest.slice(0, count)
      rest = rest.slice(count)
    }
}
