/** A command of the user's, run for each event, a few at a time and started in order. */
import {spawn} from 'node:child_process'
import {text} from 'node:stream/consumers'
import {EXIT, Failure} from '../errors.ts'
import type {EventLog} from './event-log.ts'

interface HookOutcome {
  /** Exit status; null when it did not end by itself. */
  status: number | null
  signal: NodeJS.Signals | null
  /** What it wrote to stdout; empty unless that was asked for. */
  output: string
}

// One string of the environment may have 128 KiB on Linux; stdin has everything.
const MOST_BYTES = 100_000

interface HookRecord {
  event: string
  id: string | null
  from: string | null
}

/** `xmpp listen` itself owns stdout: what nobody asked for goes to stderr. */
async function runHook(
  command: string,
  record: HookRecord,
  {capture}: {capture: boolean},
): Promise<HookOutcome> {
  const child = spawn(command, {
    shell: true,
    env: {...process.env, ...variables(record)},
    stdio: ['pipe', capture ? 'pipe' : 2, 2],
  })
  child.stdin?.on('error', () => {}) // a command that does not read is within its rights
  child.stdin?.end(`${JSON.stringify(record)}\n`)
  const ended = new Promise<Omit<HookOutcome, 'output'>>((resolve, reject) => {
    child.once('close', (status, signal) => resolve({status, signal}))
    child.once('error', reject)
  })
  const [output, outcome] = await Promise.all([child.stdout ? text(child.stdout) : '', ended])
  return {...outcome, output}
}

/** `stanzaId` becomes XMPP_STANZA_ID; what is absent, nested or huge is left to stdin. */
function variables(record: HookRecord): Record<string, string> {
  const plain = Object.entries(record).flatMap(([key, value]) => {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return []
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
    return [[`XMPP_${name}`, String(value)] as const]
  })
  return Object.fromEntries(plain.filter(([, value]) => Buffer.byteLength(value) < MOST_BYTES))
}

export interface HookOptions {
  exec?: string | undefined
  /** At most so many at once. */
  jobs?: number | undefined
  'exec-fail'?: 'continue' | 'stop' | undefined
}

export class Hooks {
  readonly #options: HookOptions
  readonly #log: EventLog
  readonly #running = new Set<Promise<void>>()
  #failed: {error: unknown} | undefined

  constructor(options: HookOptions, log: EventLog) {
    this.#options = options
    this.#log = log
  }

  /** Resolves when there is room for the next; rejects when one has failed and that is the end. */
  async run(record: HookRecord, answer?: (text: string) => Promise<void>): Promise<void> {
    const {exec, jobs = 1} = this.#options
    if (exec === undefined) return
    const running = this.#runOne(exec, record, answer).finally(() => this.#running.delete(running))
    this.#running.add(running)
    if (this.#running.size >= jobs) await Promise.race(this.#running)
    this.#check()
  }

  async drain(): Promise<void> {
    await Promise.all(this.#running)
    this.#check()
  }

  /** Never rejects: what went wrong is heard of in order. */
  async #runOne(
    exec: string,
    record: HookRecord,
    answer: ((text: string) => Promise<void>) | undefined,
  ): Promise<void> {
    try {
      const outcome = await runHook(exec, record, {capture: answer !== undefined})
      const output = outcome.output.trimEnd()
      if (outcome.status !== 0) await this.#commandFailed(record, outcome)
      else if (answer && output !== '') await answer(output)
    } catch (error) {
      this.#failed ??= {error}
    }
  }

  async #commandFailed({from, id}: HookRecord, {signal, status}: HookOutcome): Promise<void> {
    const how = signal === null ? `exit status ${status}` : signal
    const message = `The command failed (${how})`
    await this.#log.add({event: 'command-failed', id, from, status, signal, message}, () => message)
    if (this.#options['exec-fail'] !== 'stop') return
    throw new Failure('command-failed', message, EXIT.unavailable, {stage: 'request'})
  }

  #check(): void {
    if (this.#failed) throw this.#failed.error
  }
}
