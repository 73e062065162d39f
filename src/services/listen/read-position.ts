/** What one `listen` leaves for the next of the account: how far it came, what it printed last, and what it did not print. */

import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {stateFile, stateHome} from '../../account/state/directories.ts'
import {writePrivate} from '../../account/state/private-file.ts'
import {type KeptSession, SessionClaim} from '../../account/state/session-claim.ts'
import type {SeenKey} from './deduplicator.ts'
import type {ResumePoint} from './event-stream-options.ts'

interface StoredPosition {
  /** The last message that was told, by its id in the archive; undefined where none was told yet, */
  after: string | undefined
  /** and when it was said, or else the first that is to be told: RFC 3339. */
  time: string
}

// A run that is killed tells again what it told in the last quarter of a second.
const PAUSE_MS = 250

// What was on its way to us when we left, by clocks that need not agree.
const SLACK_MS = 60_000

/** Each message has up to two. A server that comes with something again does so for what it sent of late. */
const MOST_KEYS = 2000

/** What was received and not printed: more than this stays with the server. */
const MOST_UNPRINTED = 5000
const MOST_UNPRINTED_LENGTH = 4_000_000

export class ReadPosition {
  readonly #file: string | undefined
  readonly #warn: (sentence: string) => void
  #claim: SessionClaim | undefined
  #position: {[K in keyof StoredPosition]?: string | undefined} = {}
  #loadedUntil: string | null = new Date().toISOString()
  #recent: SeenKey[] = []
  /** XML of messages, in order. */
  readonly #unprinted = new Set<{xml: string}>()
  /** Set while we hold back after a write. */
  #pause: NodeJS.Timeout | undefined
  #changed = false
  #writes = Promise.resolve()
  #broken = false

  /** Of one account at one server. Without a home nothing is kept. */
  constructor(jid: string, server: string | undefined, warn: (sentence: string) => void) {
    const home = stateHome(process.env)
    this.#file = home && path.join(home, stateFile('listen', jid, server))
    this.#warn = warn
    if (!home) this.#fail(new Error('there is no home directory'))
  }

  /** What is missing or damaged is as good as absent. Only one run at a time keeps something for the next. */
  async load(): Promise<ResumePoint | undefined> {
    if (!this.#file) return undefined
    try {
      this.#claim = await SessionClaim.claim(this.#file.replace(/json$/, 'session'))
      if (!this.#claim) this.#fail(new Error('another listen of this account runs'))
    } catch (error) {
      this.#fail(error)
    }
    const {after, recent, time, unprinted, until} = await readState(this.#file)
    this.#recent = recent
    for (const xml of this.#claim ? unprinted : []) this.#unprinted.add({xml})
    this.#position = {after, time}
    if (!after && !time) return undefined
    this.#loadedUntil = until ?? null
    const from = time && new Date(Date.parse(time) - SLACK_MS).toISOString()
    return {after, from, until, recent}
  }

  /** The session of a run that was killed. */
  get abandoned(): KeptSession | undefined {
    return this.#claim?.abandoned
  }

  /** Before the server is told how much was handled. */
  record(session: KeptSession): void {
    try {
      if (!this.#broken) this.#claim?.record(session)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** What an earlier run received, and a callback for when it was printed. */
  get unprinted(): {xml: string; release: () => void}[] {
    return [...this.#unprinted].map((message) => ({
      xml: message.xml,
      release: () => {
        this.#unprinted.delete(message)
        this.#change()
      },
    }))
  }

  /** Resolves with how many of these, from the first on, are safe here. */
  async keep(messages: (string | undefined)[]): Promise<number> {
    if (!this.#claim || this.#broken) return 0
    let kept = 0
    let length = 0
    for (const {xml} of this.#unprinted) length += xml.length
    for (const xml of messages) {
      length += xml?.length ?? 0
      if (this.#unprinted.size >= MOST_UNPRINTED || length > MOST_UNPRINTED_LENGTH) break
      if (xml !== undefined) this.#unprinted.add({xml})
      kept++
    }
    await this.#queue(null)
    return this.#broken ? 0 : kept
  }

  /** The account is about to become available: from here on the next run is told what this one is not. */
  async begin(): Promise<void> {
    if (this.#position.after === undefined) this.#position.time ??= new Date().toISOString()
    await this.#queue(null)
  }

  /** What is about to be told is where the next run begins, as long as nothing was told to its end. */
  start(position: StoredPosition | undefined): void {
    const {after, time} = this.#position
    if (!position || after !== undefined || (time !== undefined && time <= position.time)) return
    this.#position = {after, time: position.time}
    this.#change()
  }

  /** This was told, and everything up to the position. Takes effect soon, and does not wait for the disk. */
  advance(position: StoredPosition | undefined, keys: SeenKey[] = []): void {
    this.#recent.push(...keys)
    const isNew = position && !(position.after && position.after === this.#position.after)
    if (isNew) this.#position = {after: position.after, time: this.#later(position.time)}
    if (isNew || keys.length > 0) this.#change()
  }

  /** Times go forward, as those of an archive do, and not past now: anybody can write one (XEP-0203 §4). */
  #later(time: string): string {
    const now = new Date().toISOString()
    const {time: before = ''} = this.#position
    return (
      [before, time]
        .filter((known) => known <= now)
        .sort()
        .at(-1) ?? now
    )
  }

  /**
   * The run has come to its end.
   *
   * @param listened what is sent from now on waits on the server
   * @param settled the server keeps no session
   */
  async close(listened: boolean, settled: boolean): Promise<void> {
    clearTimeout(this.#pause)
    const {after, time} = this.#position
    const until = listened ? new Date(Date.now() + SLACK_MS).toISOString() : this.#loadedUntil
    if (after !== undefined || time !== undefined) await this.#queue(until)
    await this.#claim?.release(settled)
  }

  #change(): void {
    this.#changed = true
    if (!this.#pause) this.#keepUp()
  }

  #keepUp(): void {
    this.#pause = undefined
    if (!this.#changed) return
    void this.#queue(null)
    this.#pause = setTimeout(() => this.#keepUp(), PAUSE_MS).unref()
  }

  /** One write after the other, so that the last one stays. */
  #queue(until: string | null): Promise<void> {
    this.#writes = this.#writes.then(() => this.#write(until))
    return this.#writes
  }

  async #write(until: string | null): Promise<void> {
    if (!this.#file || this.#broken) return
    this.#changed = false
    this.#recent = this.#recent.slice(-MOST_KEYS)
    const unprinted = [...this.#unprinted].map(({xml}) => xml)
    const state = {...this.#position, until, recent: this.#recent, unprinted}
    try {
      await writePrivate(this.#file, `${JSON.stringify(state)}\n`)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (!this.#broken)
      this.#warn(`What this run leaves unprinted is not kept: ${(error as Error).message}`)
    this.#broken = true
  }
}

async function readState(file: string) {
  const {after, recent, time, unprinted, until} = await readObject(file)
  return {
    after: textOf(after),
    time: textOf(time),
    until: textOf(until),
    recent: listOf(recent).filter(isKey),
    unprinted: listOf(unprinted).filter((xml) => typeof xml === 'string'),
  }
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  try {
    return {...JSON.parse(await readFile(file, 'utf8'))}
  } catch {
    return {}
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const isKey = (value: unknown): value is SeenKey =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number'
