/** Runs a command, or waits for a process, and sends messages about it. */
import {setTimeout as sleep} from 'node:timers/promises'
import {uptime} from '../../clock.ts'
import {
  endedText,
  processEndedText,
  runningText,
  type Subject,
  startedText,
  withTail,
} from '../../output/run.ts'
import type {UploadSource} from '../upload/source.ts'
import {
  type CommandOutcome,
  type OnOutput,
  resultOf,
  runCommand,
  UNKNOWN_OUTCOME,
} from './command.ts'
import type {Result} from './last-result.ts'
import {EditedMessage, type Notifier} from './notifier.ts'
import type {OtherProcess} from './other-process.ts'
import {OutputFile} from './output-file.ts'
import {Tail} from './tail.ts'

export interface RunOptions {
  subject: Subject
  /** Also send a message when the command starts. */
  start: boolean
  /** The number of last lines of the output to send; 0 for none. */
  tail: number
  /** Also send all of the output, as a file. */
  attachOutput: boolean
  /** The time between two edits of the message about the running command; undefined for no such message. */
  progressMs: number | undefined
  /** Whether to send the result. */
  isDue(result: Result): boolean
  /** The longest time that sending may take, in milliseconds. */
  timeout: number
}

export interface RunResult extends CommandOutcome {
  startedAt: string
  endedAt: string
  durationMs: number
}

/** Resolves when the command has ended and its messages were sent or have failed. */
export async function runAndNotify(
  argv: readonly string[],
  options: RunOptions,
  notifier: Notifier,
): Promise<RunResult> {
  const {subject, tail: lines} = options
  const tail = lines > 0 ? new Tail(lines) : undefined
  const text = (line: string): string => withTail(line, tail?.toString() ?? '')
  const clock = new Clock()
  const progress = new ProgressReports(options, notifier, () =>
    text(runningText(subject, clock.ms)),
  )
  const output = options.attachOutput ? await OutputFile.create() : undefined
  try {
    const outcome = await runCommand(argv, copyTo(tail, output))
    const result = {...outcome, ...clock.stop()}
    const line = endedText(subject, outcome, clock.ms)
    const isDue = options.isDue(resultOf(outcome))
    const deadline = uptime() + options.timeout
    const openFile = output && !output.isEmpty ? () => output.source : undefined
    await progress.end(line, isDue ? {text: text(line), openFile} : undefined, deadline)
    return result
  } finally {
    await output?.close()
  }
}

function copyTo(tail: Tail | undefined, output: OutputFile | undefined): OnOutput | undefined {
  if (!tail && !output) return undefined
  return (chunk, stream) => {
    tail?.add(chunk, stream)
    output?.add(chunk)
  }
}

/** The same for a process that is not a child: its exit status is not known. Rejects with the reason of the signal. */
export async function waitAndNotify(
  process: OtherProcess,
  options: RunOptions,
  notifier: Notifier,
  signal: AbortSignal,
): Promise<RunResult> {
  const {subject} = options
  const clock = new Clock()
  const progress = new ProgressReports(options, notifier, () => runningText(subject, clock.ms))
  await process.ended(signal).finally(() => progress.stop())
  const times = clock.stop()
  const line = processEndedText(subject, process.pid, clock.ms)
  await progress.end(line, {text: line}, uptime() + options.timeout)
  return {...UNKNOWN_OUTCOME, ...times}
}

interface Report {
  text: string
  openFile?: (() => UploadSource) | undefined
}

class Clock {
  readonly #began = uptime()
  readonly #startedAt = new Date()
  #ms: number | undefined

  get ms(): number {
    return this.#ms ?? uptime() - this.#began
  }

  stop(): Pick<RunResult, 'startedAt' | 'endedAt' | 'durationMs'> {
    this.#ms = this.ms
    const startedAt = this.#startedAt.toISOString()
    return {startedAt, endedAt: new Date().toISOString(), durationMs: Math.round(this.#ms)}
  }
}

/** The messages before the result, and the result. */
class ProgressReports {
  readonly #options: RunOptions
  readonly #notifier: Notifier
  readonly #message = new EditedMessage()
  readonly #ended = new AbortController()
  readonly #done: Promise<unknown>

  constructor(options: RunOptions, notifier: Notifier, running: () => string) {
    this.#options = options
    this.#notifier = notifier
    const {progressMs, start, subject} = options
    const started = start
      ? notifier.send(notifier.toAll(startedText(subject)), this.#deadline())
      : Promise.resolve()
    const repeated = progressMs === undefined ? undefined : this.#repeat(progressMs, running)
    this.#done = Promise.all([started, repeated])
  }

  #deadline(): number {
    return uptime() + this.#options.timeout
  }

  /** No further edits. */
  stop(): void {
    this.#ended.abort()
  }

  /** Edits the message about the running command for the last time, and sends the result. */
  async end(line: string, result: Report | undefined, deadline: number): Promise<void> {
    this.stop()
    await this.#done // its own deadlines are earlier than this one
    const messages = [
      ...(this.#message.isSent ? this.#notifier.toAll(line, this.#message) : []),
      ...(result ? this.#notifier.toAll(result.text) : []),
    ]
    if (messages.length > 0) await this.#notifier.send(messages, deadline, result?.openFile)
  }

  async #repeat(everyMs: number, running: () => string): Promise<void> {
    const {signal} = this.#ended
    while (await sleep(everyMs, true, {signal}).catch(() => false))
      await this.#notifier.send(this.#notifier.toAll(running(), this.#message), this.#deadline())
  }
}
