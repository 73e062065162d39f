/** Limits how many lines are sent per second. */
import {setTimeout as sleep} from 'node:timers/promises'
import {uptime} from '../../../clock.ts'
import {EXIT, Failure} from '../../../errors.ts'

/** How far the limiter may catch up after a timer that fired late. */
const SLACK_MS = 100

export function parseRate(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text) ?? []
  const rate = Number(number)
  // Node fires a timer at once if its delay is longer.
  if (rate > 0 && 1000 / rate < 2 ** 31) return rate
  throw new Failure('bad-rate', `${JSON.stringify(text)} is not a rate`, EXIT.usage, {
    hint: 'Write a number per second: 10/s, 0.5/s',
  })
}

/** Grants permissions at a fixed rate, in the order of the calls. */
export class RateLimiter {
  readonly #intervalMs: number
  #nextAt = uptime()

  /** @param rate permissions per second */
  constructor(rate: number) {
    this.#intervalMs = 1000 / rate
  }

  /**
   * Resolves with the number of permissions, from 1 to `wanted`: a timer is too coarse to grant each of a high rate on
   * its own. Throws the reason of the signal.
   */
  async acquire(signal: AbortSignal, wanted = 1): Promise<number> {
    const dueAt = this.#take()
    await sleep(Math.max(0, dueAt - uptime()), undefined, {signal}).catch(() => {})
    signal.throwIfAborted()
    let count = 1
    for (; count < wanted && this.#nextAt <= uptime(); count++) this.#take()
    return count
  }

  #take(): number {
    const dueAt = Math.max(this.#nextAt, uptime() - SLACK_MS)
    this.#nextAt = dueAt + this.#intervalMs
    return dueAt
  }
}

/** Yields the items of the groups, each when the limiter permits it. */
export async function* rateLimited<T>(
  groups: AsyncIterable<T[]>,
  limiter: RateLimiter,
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  for await (const group of groups)
    for (let rest = group; rest.length > 0; ) {
      const count = await limiter.acquire(signal, rest.length)
      yield rest.slice(0, count)
      rest = rest.slice(count)
    }
}
