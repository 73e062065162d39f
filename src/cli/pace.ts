/** So many a second and no more. */
import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT, Failure} from '../errors.ts'

/** What a timer that fires late may catch up on. */
const SLACK_MS = 100

export function parseRate(text: string): number {
  const [, number] = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text) ?? []
  const rate = Number(number)
  if (rate > 0) return rate
  throw new Failure('bad-rate', `${JSON.stringify(text)} is not a rate`, EXIT.usage, {
    hint: 'Write how many a second: 10/s, 0.5/s',
  })
}

/** Hands the groups on in pieces, each when its time has come. */
export async function* paced<T>(
  groups: AsyncIterable<T[]>,
  rate: number,
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  const interval = 1000 / rate
  let next = performance.now()
  for await (const group of groups) {
    for (let rest = group; rest.length > 0; ) {
      next = Math.max(next, performance.now() - SLACK_MS)
      await sleep(Math.max(0, next - performance.now()))
      signal.throwIfAborted()
      const count = Math.floor((performance.now() - next) / interval) + 1
      next += interval * Math.min(count, rest.length)
      yield rest.slice(0, count)
      rest = rest.slice(count)
    }
  }
}
