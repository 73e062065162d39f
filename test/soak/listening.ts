/** Runs `xmpp listen` and records its messages, its gaps, its exit status and its memory. */
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {setTimeout as sleep} from 'node:timers/promises'
import {start} from '../support/cli.ts'
import {Tally} from './tally.ts'

const END_MS = 15_000

interface Counted {
  listening: Listening
  /** Of what it prints. */
  tally: Tally
}

interface StartOptions {
  flags?: string
  /** That of an earlier run, to continue. */
  tally?: Tally
}

/** Starts it, and waits until it is ready. */
export async function startListening(
  env: NodeJS.ProcessEnv,
  {flags = '', tally = new Tally()}: StartOptions = {},
): Promise<Counted> {
  const listening = new Listening(env, tally, flags)
  await listening.ready
  return {listening, tally}
}

export class Listening {
  /** Resolves at the `ready` event. */
  readonly ready: Promise<void>
  /** The number of `reconnected` events. */
  returns = 0
  readonly #child: ChildProcess
  readonly #read: Promise<void>
  readonly #closed: Promise<[status: number | null, signal: string | null]>
  #becomeReady = (): void => {}

  constructor(env: NodeJS.ProcessEnv, tally: Tally, flags = '') {
    this.#child = start(`exec xmpp listen --json --include message ${flags}`, env)
    this.#child.stderr?.resume()
    this.#closed = once(this.#child, 'close') as Promise<[number | null, string | null]>
    this.ready = new Promise((resolve) => {
      this.#becomeReady = resolve
    })
    this.#read = this.#follow(tally)
  }

  async #follow(tally: Tally): Promise<void> {
    if (!this.#child.stdout) throw new Error('nothing to read from')
    for await (const line of createInterface(this.#child.stdout)) {
      const {body, event, from, until} = JSON.parse(line)
      if (event === 'message') tally.add(body)
      else if (event === 'ready') this.#becomeReady()
      else if (event === 'reconnected') this.returns++
      else if (event === 'gap') tally.addGap({from: Date.parse(from), until: Date.parse(until)})
    }
  }

  /** The largest memory so far, in MB of a million bytes. */
  get peak(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1_000_000
  }

  /** Whether the process has ended. */
  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Resolves with the exit status when all output was read, or undefined if the process had to be killed. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | undefined> {
    this.#child.kill(signal)
    const giveUp = new AbortController()
    const late = sleep(END_MS, 'late' as const, {signal: giveUp.signal}).catch(
      () => 'ended' as const,
    )
    const how = await Promise.race([this.#closed, late])
    giveUp.abort()
    if (how === 'late') this.#child.kill('SIGKILL')
    const [status] = await this.#closed
    await this.#read
    return how === 'late' ? undefined : (status ?? 0)
  }
}
