/** `xmpp listen` as a soak watches it: what it prints, how it ends, and how much memory it took. */
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {setTimeout as sleep} from 'node:timers/promises'
import {start} from '../support/cli.ts'
import type {Tally} from './tally.ts'

const END_MS = 15_000

export class Listening {
  /** Resolves when it is present. */
  readonly ready: Promise<void>
  /** `gap` events. */
  gaps = 0
  /** How often the connection came back. */
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
      const {body, event} = JSON.parse(line)
      if (event === 'message') tally.add(body)
      else if (event === 'ready') this.#becomeReady()
      else if (event === 'reconnected') this.returns++
      else if (event === 'gap') this.gaps++
    }
  }

  /** MB at most until now. */
  get peak(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')
    return (Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1_000_000
  }

  /** Whether it has ended by itself. */
  get isOver(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Resolves with its exit status, when all that it has printed was read; undefined where it had to be killed. */
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
