/** State from one `listen` to the next of the account: its position, the last printed messages, and the unprinted ones. */
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {NO_HOME, stateFile, stateHome} from '../../account/state/directories.ts'
import {
  type EndedQuestions,
  isMessageKey,
  type MessageKey,
  readEndedQuestions,
} from '../../account/state/ended-questions.ts'
import {writePrivate} from '../../account/state/private-file.ts'
import {questionFolder} from '../../account/state/question-file.ts'
import {type KeptSession, SessionClaim} from '../../account/state/session-claim.ts'
import {reasonWithPath} from '../../errors.ts'
import {renderUnsaved} from '../../output/session.ts'
import type {ResumePoint} from './event-stream-options.ts'
import {UnprintedMessages} from './unprinted-messages.ts'

interface StoredPosition {
  /** The id in the archive of the last printed message; undefined if none was printed yet. */
  after: string | undefined
  /** RFC 3339: when it was sent, or when the first message that is to be printed was sent. */
  time: string
}

// After a kill, the next run repeats the messages of the last quarter of a second.
const PAUSE_MS = 250

// Covers messages on their way when the run ended, and clocks that differ.
const SLACK_MS = 60_000

/** Each message has up to two keys. A server repeats only recent messages. */
const MOST_KEYS = 4000

export class ReadPosition {
  readonly #file: string | undefined
  /** The messages that runs of `ask` received. */
  #questions: EndedQuestions | undefined
  readonly #questionFolder: string | undefined
  readonly #warn: (sentence: string) => void
  #claim: SessionClaim | undefined
  #position: {[K in keyof StoredPosition]?: string | undefined} = {}
  #loadedUntil: string | null = new Date().toISOString()
  #recent: MessageKey[] = []
  /** Undefined while another run saves them. */
  #unprinted: UnprintedMessages | undefined
  /** Set during the pause after a write. */
  #pause: NodeJS.Timeout | undefined
  #changed = false
  #writes = Promise.resolve()
  #broken = false

  /** For one account at one server. Without a home directory nothing is saved. */
  constructor(jid: string, server: string | undefined, warn: (sentence: string) => void) {
    const home = stateHome(process.env)
    this.#file = home && path.join(home, stateFile('listen', jid, server))
    this.#questionFolder = questionFolder(process.env, jid, server)
    this.#warn = warn
    if (!home) this.#fail(new Error(NO_HOME))
  }

  /** Missing and damaged files count as absent. Only one run at a time saves state for the next. */
  async load(): Promise<ResumePoint | undefined> {
    if (!this.#file) return undefined
    try {
      this.#claim = await SessionClaim.claim(this.#file.replace(/json$/, 'session'))
      if (!this.#claim) this.#fail(new Error('another listen of this account is running'))
      else if (this.#questionFolder)
        this.#questions = await readEndedQuestions(this.#questionFolder)
    } catch (error) {
      this.#fail(error)
    }
    const state = await readState(this.#file)
    const {answers = [], killed, messages = []} = this.#questions ?? {}
    const {after, time = after === undefined ? killed?.since : undefined} = state
    const isUnbounded = state.until === undefined && (state.after ?? state.time) !== undefined
    const until = isUnbounded ? undefined : [state.until ?? '', killed?.until ?? ''].sort().at(-1)
    const recent = [...state.recent, ...answers]
    this.#recent = recent
    if (this.#claim) {
      const file = this.#file.replace(/json$/, 'unprinted')
      this.#unprinted = new UnprintedMessages(file, () => this.#change())
      await this.#unprinted.load(messages)
    }
    this.#position = {after, time}
    if (!after && !time) return undefined
    this.#loadedUntil = until ?? null
    const from = time && new Date(Date.parse(time) - SLACK_MS).toISOString()
    const [, printed] = recent.at(-1) ?? []
    const last = printed === undefined ? time : this.#later(new Date(printed).toISOString())
    return {after, from, until, recent, time: last}
  }

  /** The sessions of runs that were killed. */
  get abandoned(): KeptSession[] {
    const {abandoned} = this.#claim ?? {}
    return [...(abandoned ? [abandoned] : []), ...(this.#questions?.sessions ?? [])]
  }

  /** To call before each acknowledgement. */
  record(session: KeptSession): void {
    try {
      if (!this.#broken) this.#claim?.record(session)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** The messages that an earlier run received; `release` is to call when one was printed. */
  get unprinted(): UnprintedMessages['all'] {
    return this.#unprinted?.all ?? []
  }

  /** See `UnprintedMessages.save`. */
  save(messages: (string | undefined)[]): (() => void)[] {
    if (!this.#unprinted || this.#broken) return []
    try {
      return this.#unprinted.save(messages)
    } catch (error) {
      this.#fail(error)
      return []
    }
  }

  /** To call before the account becomes available: then the next run prints the messages that this one misses. */
  async begin(): Promise<void> {
    if (this.#position.after === undefined) this.#position.time ??= new Date().toISOString()
    await this.#queue(null)
    if (!this.#broken) await this.#questions?.remove()
  }

  /** To call before an event is handled: the next run begins here if no event was handled completely. */
  start(position: StoredPosition | undefined): void {
    const {after, time} = this.#position
    if (!position || after !== undefined || (time !== undefined && time <= position.time)) return
    this.#position = {after, time: position.time}
    this.#change()
  }

  /** To call when an event, and all before it, were handled. Returns before the file is written. */
  advance(position: StoredPosition | undefined, keys: MessageKey[] = []): void {
    this.#recent.push(...keys)
    const isNew = position && !(position.after && position.after === this.#position.after)
    if (isNew) this.#position = {after: position.after, time: this.#later(position.time)}
    if (isNew || keys.length > 0) this.#change()
  }

  /** The position moves forward only, and not past now: any sender can write a delay (XEP-0203 §4). */
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
   * To call at the end of the run.
   *
   * @param listened whether the account was available, so that later messages wait on the server
   * @param settled whether the server has no session to resume
   */
  async close(listened: boolean, settled: boolean): Promise<void> {
    clearTimeout(this.#pause)
    const {after, time} = this.#position
    const until = listened ? new Date(Date.now() + SLACK_MS).toISOString() : this.#loadedUntil
    if (after !== undefined || time !== undefined) await this.#queue(until)
    else this.save([])
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

  /** Writes one after the other, so that the last one remains. */
  #queue(until: string | null): Promise<void> {
    this.#writes = this.#writes.then(() => this.#write(until))
    return this.#writes
  }

  async #write(until: string | null): Promise<void> {
    if (!this.#file || this.#broken) return
    this.#changed = false
    this.#recent = this.#recent.slice(-MOST_KEYS)
    const state = {...this.#position, until, recent: this.#recent}
    try {
      await writePrivate(this.#file, `${JSON.stringify(state)}\n`)
      this.#unprinted?.write() // after the ids of the messages that were printed
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (!this.#broken) this.#warn(renderUnsaved(reasonWithPath(error)))
    this.#broken = true
  }
}

async function readState(file: string) {
  const {after, recent, time, until} = await readObject(file)
  return {
    after: textOf(after),
    time: textOf(time),
    until: textOf(until),
    recent: listOf(recent).filter(isMessageKey),
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
