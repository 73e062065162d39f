/** What became of numbered messages: which were printed, and how often. */
import {randomUUID} from 'node:crypto'
import type {TestServer} from '../support/server.ts'

/** What a soak found in one scenario; all but the first two and the peak should be 0. */
export interface Finding {
  what: string
  server: string
  sent: number
  lost: number
  doubled: number
  /** Messages that were not printed, of which a `gap` event said so. */
  inGaps: number
  wrongCodes: number
  hangs: number
  /** MB of a million bytes, of the process that was watched; undefined where memory is of no interest. */
  peak: number | undefined
  seconds: number
}

export const isClean = ({doubled, hangs, lost, wrongCodes}: Finding): boolean =>
  lost + doubled + wrongCodes + hangs === 0

/** A kill may double what was printed so shortly before it, on a machine that has more to do. */
const FORGIVEN_MS = 250 + 250

export class Tally {
  /** What an earlier scenario left has other bodies. */
  readonly #prefix = `${randomUUID().slice(0, 8)}-`
  readonly #printed = new Map<string, number>()
  readonly #latest = new Map<string, number>()
  readonly #forgiven = new Set<string>()
  /** When something was last printed. */
  heard = performance.now()

  bodyOf(number: number): string {
    return `${this.#prefix}${number}`
  }

  add(body: string): void {
    if (!body.startsWith(this.#prefix)) return
    this.heard = performance.now()
    this.#printed.set(body, (this.#printed.get(body) ?? 0) + 1)
    this.#latest.set(body, this.heard)
  }

  /** How many different ones. */
  get count(): number {
    return this.#printed.size
  }

  /** The run that printed was killed now. */
  killed(): void {
    const since = performance.now() - FORGIVEN_MS
    for (const [body, time] of this.#latest) if (time > since) this.#forgiven.add(body)
  }

  missing(bodies: readonly string[]): number {
    return bodies.filter((body) => !this.#printed.has(body)).length
  }

  get doubled(): number {
    const often = [...this.#printed].filter(([, times]) => times > 1)
    return often.filter(([body]) => !this.#forgiven.has(body)).length
  }
}

export const nameOf = ({name}: TestServer, archive: boolean): string =>
  archive ? name : `${name}, no archive`
