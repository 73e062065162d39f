/** Counts for each numbered message whether the command printed it, and how often. */
import {randomUUID} from 'node:crypto'
import type {TestServer} from '../support/server.ts'

/** The result of one scenario; `lost`, `doubled`, `wrongCodes` and `hangs` should be 0. */
export interface Finding {
  what: string
  server: string
  sent: number
  lost: number
  doubled: number
  /** Unprinted messages that were sent during the time of a `gap` event. */
  inGaps: number
  wrongCodes: number
  hangs: number
  /** MB of a million bytes, of the process that was watched; undefined where memory is of no interest. */
  peak: number | undefined
  seconds: number
}

export const isClean = ({doubled, hangs, lost, wrongCodes}: Finding): boolean =>
  lost + doubled + wrongCodes + hangs === 0

/** A message that was sent: when it was written and when the server accepted it, in ms since 1970. */
export interface SentMessage {
  body: string
  written: number
  accepted: number
}

/** The time of a `gap` event, in ms since 1970. */
export interface GapTime {
  from: number
  until: number
}

/**
 * A gap begins with the last data that the client received. The server may have accepted a message earlier, and have
 * sent it after that data into the lost connection.
 */
const IN_FLIGHT_MS = 1000

/** After a kill, messages that were printed within this time before it may be printed again. */
const FORGIVEN_MS = 250 + 250

export class Tally {
  /** Separates the messages of this scenario from those of earlier ones. */
  readonly #prefix = `${randomUUID().slice(0, 8)}-`
  readonly #printed = new Map<string, number>()
  readonly #latest = new Map<string, number>()
  readonly #forgiven = new Set<string>()
  readonly #gaps: GapTime[] = []
  /** When something was last printed. */
  lastPrinted = performance.now()

  bodyOf(number: number): string {
    return `${this.#prefix}${number}`
  }

  add(body: string): void {
    if (!body.startsWith(this.#prefix)) return
    this.lastPrinted = performance.now()
    this.#printed.set(body, (this.#printed.get(body) ?? 0) + 1)
    this.#latest.set(body, this.lastPrinted)
  }

  addGap(gap: GapTime): void {
    this.#gaps.push(gap)
  }

  /** Call this when the run that prints was killed. */
  killed(): void {
    const since = performance.now() - FORGIVEN_MS
    for (const [body, time] of this.#latest) if (time > since) this.#forgiven.add(body)
  }

  missing(bodies: readonly string[]): number {
    return bodies.filter((body) => !this.#printed.has(body)).length
  }

  /** Counts the messages that were not printed: those in the time of a gap, and those that are lost. */
  missingBy(messages: readonly SentMessage[]): {lost: number; inGaps: number} {
    const missing = messages.filter(({body}) => !this.#printed.has(body))
    const inGaps = missing.filter(({accepted, written}) =>
      this.#gaps.some(({from, until}) => written <= until && accepted >= from - IN_FLIGHT_MS),
    ).length
    return {lost: missing.length - inGaps, inGaps}
  }

  /** Only a message whose outcome was not known may come twice, because the user sends it again. */
  doubledOf(bodies: readonly string[]): number {
    return bodies.filter((body) => (this.#printed.get(body) ?? 0) > 1).length
  }

  get doubled(): number {
    const often = [...this.#printed].filter(([, times]) => times > 1)
    return often.filter(([body]) => !this.#forgiven.has(body)).length
  }
}

export const nameOf = ({name}: TestServer, archive: boolean): string =>
  archive ? name : `${name}, no archive`
