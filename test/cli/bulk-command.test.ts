import assert from 'node:assert/strict'
import {mock} from 'node:test'
import type {Settings} from '../../src/account/settings.ts'
import {BulkCommand, type Outcome} from '../../src/cli/bulk-command.ts'
import type {CommandSessionOptions} from '../../src/cli/with-session.ts'
import type {Failure} from '../../src/errors.ts'
import {nextTurn} from '../../src/next-turn.ts'
import type {ContactOutcome} from '../../src/output/contact.ts'
import type {Session} from '../../src/session/session.ts'

interface Contact {
  jid: string
}

/** A command on a session without a server: the test answers each request. */
class TestCommand extends BulkCommand {
  readonly answers = new Map<string, () => void>()
  wholeRun: number | undefined
  timeout: number | undefined

  async run(): Promise<void> {}

  protected override async settings(): Promise<Settings> {
    return {connectTimeout: 30_000, timeout: this.timeout} as Settings
  }

  protected override sessionWith<T>(
    settings: Settings,
    _flags: object,
    use: (session: Session) => Promise<T>,
    {interrupt}: CommandSessionOptions = {},
  ): Promise<T> {
    this.wholeRun = settings.timeout
    const ended = new Promise<never>((_resolve, reject) => {
      interrupt?.addEventListener('abort', () => reject(interrupt.reason))
    })
    return Promise.race([use({bound: Promise.resolve()} as unknown as Session), ended])
  }

  protected override async text(): Promise<void> {}

  change(jids: string[]): Promise<{contacts: ContactOutcome[]}> {
    const flags = {quiet: true, verbose: false, debug: false}
    return this.forEach(
      jids.map((jid) => ({jid})),
      async () => (contact) => this.#answer(contact),
      flags,
    )
  }

  #answer({jid}: Contact): Promise<Outcome> {
    return new Promise((resolve) => {
      this.answers.set(jid, () => resolve({jid, state: 'added'}))
    })
  }
}

const JIDS = ['a@example.com', 'b@example.com', 'c@example.com']

describe('a command for many contacts', () => {
  let command: TestCommand
  beforeEach(() => {
    mock.timers.enable({apis: ['setTimeout']})
    command = new TestCommand([], {} as never)
  })
  afterEach(() => {
    mock.timers.reset()
    process.exitCode = undefined
  })

  /** Resolves once all requests are sent. */
  async function start(jids = JIDS): Promise<{running: ReturnType<TestCommand['change']>}> {
    const running = command.change(jids)
    while (command.answers.size < jids.length) await nextTurn()
    return {running}
  }

  async function answerAfter(ms: number, jid: string): Promise<void> {
    mock.timers.tick(ms)
    command.answers.get(jid)?.()
    await nextTurn()
  }

  it('has no limit of its whole run while the server replies', async () => {
    const {running} = await start()
    for (const jid of JIDS) await answerAfter(29_000, jid)
    const {contacts} = await running
    assert.equal(command.wholeRun, undefined)
    assert.deepEqual(
      contacts.map(({state}) => state),
      ['added', 'added', 'added'],
    )
  })

  it('ends when the server sends no reply for 30 seconds, or for --timeout', async () => {
    for (const [timeout, silence] of [
      [undefined, '30 s'],
      [5000, '5 s'],
    ] as const) {
      command = new TestCommand([], {} as never)
      command.timeout = timeout
      const {running} = await start()
      mock.timers.tick(timeout ?? 30_000)
      await assert.rejects(running, ({exitCode, message}: Failure) => {
        assert.deepEqual([exitCode, message], [124, `No reply from the server for ${silence}`])
        return true
      })
    }
  })

  it('keeps the limit of the whole run for a single contact', async () => {
    command.timeout = 7000
    const {running} = await start(['a@example.com'])
    await answerAfter(1000, 'a@example.com')
    await running
    assert.equal(command.wholeRun, 7000)
  })
})
