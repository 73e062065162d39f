/** Runs a command of the user for each event: several at a time, started in order. */
import {text} from 'node:stream/consumers'
import type {EventLog} from '../../cli/event-log.ts'
import {EXIT, Failure} from '../../errors.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {commandEnvironment} from '../process/environment.ts'
import {endGroup, startShell} from '../process/process-group.ts'

interface ExecOutcome {
  /** The exit status; null after a signal. */
  status: number | null
  signal: NodeJS.Signals | null
  /** Its standard output, if that is captured; else empty. */
  output: string
}

interface ExecRecord {
  event: string
  id: string | null
  from: string | null
  body?: string | null
}

/**
 * Rejects with the reason of the signal after it has ended the command. Standard output belongs to `xmpp listen`: the
 * output of the command goes to stderr, unless it is captured.
 */
async function runExec(
  command: string,
  record: ExecRecord,
  {capture, signal}: {capture: boolean; signal: AbortSignal},
): Promise<ExecOutcome> {
  const env = commandEnvironment(record, process.env)
  const child = startShell(command, {env, stdio: ['pipe', capture ? 'pipe' : 2, 2]})
  child.stdin?.on('error', () => {}) // a command need not read its input
  child.stdin?.end(`${JSON.stringify(record)}\n`)
  const closed = new Promise<Omit<ExecOutcome, 'output'>>((resolve, reject) => {
    child.once('close', (status, signal) => resolve({status, signal}))
    child.once('error', reject)
  })
  const finished = Promise.all([child.stdout ? text(child.stdout) : '', closed])
  let end = (): void => {}
  const ended = new Promise<never>((_, reject) => {
    end = () => void endGroup(child).then(() => reject(signal.reason))
    signal.addEventListener('abort', end)
  })
  try {
    const [output, outcome] = await Promise.race([finished, ended])
    signal.throwIfAborted()
    return {...outcome, output}
  } finally {
    signal.removeEventListener('abort', end)
  }
}

export interface ExecOptions {
  exec?: string | undefined
  /** The maximum number of commands at a time. */
  jobs?: number | undefined
  'exec-fail'?: 'continue' | 'stop' | undefined
}

export class ExecRunner {
  readonly #options: ExecOptions
  readonly #log: EventLog
  readonly #signal: AbortSignal
  readonly #running = new Set<Promise<void>>()
  #before: Promise<unknown> = Promise.resolve()
  #failed: {error: unknown} | undefined

  /** @param signal ends the running commands, and no other one starts */
  constructor(options: ExecOptions, log: EventLog, signal: AbortSignal) {
    this.#options = options
    this.#log = log
    this.#signal = signal
  }

  /** Resolves when another command may start; rejects when a failed command ends the run. */
  async run(record: ExecRecord, answer?: (text: string) => Promise<void>): Promise<void> {
    const {exec, jobs = 1} = this.#options
    if (exec === undefined) return
    while (this.#running.size >= jobs) await Promise.race(this.#running)
    this.#signal.throwIfAborted()
    const running = this.#runOne(exec, record, answer).finally(() => this.#running.delete(running))
    this.#running.add(running)
    if (this.#running.size >= jobs) await Promise.race(this.#running)
    this.#check()
  }

  /** Whether events are read while commands for earlier events run. */
  get isConcurrent(): boolean {
    return (this.#options.jobs ?? 1) > 1
  }

  /** Calls back, in order, when all commands that were started until now have ended; never after a failure. */
  onDrained(done: () => void): void {
    if (!this.isConcurrent) done()
    else
      this.#before = Promise.all([this.#before, ...this.#running]).then(() => {
        if (!this.#failed) done()
      })
  }

  async drain(): Promise<void> {
    await Promise.all(this.#running)
    await this.#before
    this.#check()
  }

  /** Never rejects: failures are reported in order. */
  async #runOne(
    exec: string,
    record: ExecRecord,
    answer: ((text: string) => Promise<void>) | undefined,
  ): Promise<void> {
    try {
      const capture = answer !== undefined
      const outcome = await runExec(exec, record, {capture, signal: this.#signal})
      const output = outcome.output.trimEnd()
      if (outcome.status !== 0) await this.#commandFailed(record, outcome)
      else if (answer && output !== '') await answer(output)
    } catch (error) {
      this.#failed ??= {error}
    }
  }

  async #commandFailed({from, id}: ExecRecord, {signal, status}: ExecOutcome): Promise<void> {
    const how = signal === null ? `exit status ${status}` : signal
    const message = `The command failed (${how})`
    const record = {event: 'command-failed', id, from, status, signal, message}
    const sentence = sanitizeLine(
      `${message} for ${id ?? 'an event without an id'} from ${from ?? 'an unknown address'}`,
    )
    if (this.#options['exec-fail'] !== 'stop')
      return void (await this.#log.add(record, () => sentence))
    await this.#log.add(record) // the end of the run is reported as well
    throw new Failure('command-failed', sentence, EXIT.unavailable, {stage: 'request'})
  }

  #check(): void {
    if (this.#failed) throw this.#failed.error
  }
}
