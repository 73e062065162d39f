/** Runs `xmpp send --batch` and records the state of each message. */
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {setTimeout as sleep} from 'node:timers/promises'
import {start} from '../support/cli.ts'

/** A run counts as hanging after this time without a result. */
const IDLE_MS = 30_000

export class BatchRun {
  /** States by body. */
  readonly states = new Map<string, string>()
  readonly #child: ChildProcess
  readonly #closed: Promise<[status: number | null]>
  #lastResult = performance.now()

  /** @param onResult called after each result */
  constructor(env: NodeJS.ProcessEnv, bodies: string[], onResult: (count: number) => void) {
    this.#child = start('exec xmpp send --batch --json', env)
    this.#closed = once(this.#child, 'close') as Promise<[number | null]>
    const {stderr, stdin, stdout} = this.#child
    if (!stdout || !stdin) throw new Error('nothing to read from')
    stderr?.resume()
    stdin.on('error', () => {}) // the run may end before it has read everything
    stdin.end(bodies.map((body) => `${JSON.stringify({to: 'juliet@localhost', body})}\n`).join(''))
    createInterface(stdout).on('line', (text) => {
      this.#lastResult = performance.now()
      const {line, state} = JSON.parse(text)
      this.states.set(bodies[line - 1] ?? '', state)
      onResult(this.states.size)
    })
  }

  /** The exit status; undefined for a run that had to be killed. */
  async end(): Promise<number | null | undefined> {
    const ended = this.#closed.then(() => true)
    while (!(await Promise.race([ended, sleep(100, false)]))) {
      if (performance.now() - this.#lastResult < IDLE_MS) continue
      this.#child.kill('SIGKILL')
      await this.#closed
      return undefined
    }
    return (await this.#closed)[0]
  }

  get accepted(): string[] {
    return [...this.states].filter(([, state]) => state === 'accepted').map(([body]) => body)
  }

  /** The expected exit status for the states, if no message failed. */
  get expectedStatus(): number {
    return [...this.states.values()].includes('unknown') ? 74 : 0
  }
}
