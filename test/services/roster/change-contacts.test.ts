import assert from 'node:assert/strict'
import {mock} from 'node:test'
import type {Settings} from '../../../src/account/settings.ts'
import type {Failure} from '../../../src/errors.ts'
import {nextTurn} from '../../../src/next-turn.ts'
import type {ContactOutcome} from '../../../src/output/contact.ts'
import {changeContacts, type Outcome} from '../../../src/services/roster/change-contacts.ts'
import type {Session} from '../../../src/session/session.ts'

/** Changes contacts on a session without a server: the test answers each request. */
class TestRun {
  readonly answers = new Map<string, () => void>()
  wholeRun: number | undefined
  timeout: number | undefined

  change(jids: string[]): Promise<{contacts: ContactOutcome[]}> {
    return changeContacts(
      jids.map((jid) => ({jid})),
      async () => (contact) => this.#answer(contact),
      {
        settings: async () => ({connectTimeout: 30_000, timeout: this.timeout}) as Settings,
        open: (settings, use, {interrupt} = {}) => {
          this.wholeRun = settings.timeout
          const ended = new Promise<never>((_resolve, reject) => {
            interrupt?.addEventListener('abort', () => reject(interrupt.reason))
          })
          return Promise.race([use({bound: Promise.resolve()} as unknown as Session), ended])
        },
        print: async () => {},
        showProgress: false,
      },
    )
  }

  #answer({jid}: {jid: string}): Promise<Outcome> {
    return new Promise((resolve) => {
      this.answers.set(jid, () => resolve({jid, state: 'added'}))
    })
  }
}

const JIDS = ['a@example.com', 'b@example.com', 'c@example.com']

describe('changes of many contacts', () => {
  let run: TestRun
  beforeEach(() => {
    mock.timers.enable({apis: ['setTimeout']})
    run = new TestRun()
  })
  afterEach(() => {
    mock.timers.reset()
    process.exitCode = undefined
  })

  /** Resolves once all requests are sent. */
  async function start(jids = JIDS): Promise<{running: ReturnType<TestRun['change']>}> {
    const running = run.change(jids)
    while (run.answers.size < jids.length) await nextTurn()
    return {running}
  }

  async function answerAfter(ms: number, jid: string): Promise<void> {
    mock.timers.tick(ms)
    run.answers.get(jid)?.()
    await nextTurn()
  }

  it('has no limit of its whole run while the server replies', async () => {
    const {running} = await start()
    for (const jid of JIDS) await answerAfter(29_000, jid)
    const {contacts} = await running
    assert.equal(run.wholeRun, undefined)
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
      run = new TestRun()
      run.timeout = timeout
      const {running} = await start()
      mock.timers.tick(timeout ?? 30_000)
      await assert.rejects(running, ({exitCode, message}: Failure) => {
        assert.deepEqual([exitCode, message], [124, `No reply from the server for ${silence}`])
        return true
      })
    }
  })

  it('keeps the limit of the whole run for a single contact', async () => {
    run.timeout = 7000
    const {running} = await start(['a@example.com'])
    await answerAfter(1000, 'a@example.com')
    await running
    assert.equal(run.wholeRun, 7000)
  })
})
