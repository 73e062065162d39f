import assert from 'node:assert/strict'
import {environment} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

/** About 230 bytes each: with its default limit Prosody takes at least six seconds for them, and is silent for up to 2.8. */
const LINES = 330

describe('send --batch to a server with a rate limit', function () {
  this.timeout(120_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob'], limits: true})
  })
  after(() => server.stop())

  it('waits until each line is accepted', async () => {
    const to = server.account('bob').jid
    const lines = Array.from({length: LINES}, (_, i) => JSON.stringify({to, body: `Line ${i}`}))
    // Shorter than the run: the timeout starts again with each confirmation.
    const start = performance.now()
    const {status, stderr, stdout} = await runXmpp(
      'send --batch --json --timeout 5s',
      environment(server, 'alice'),
      lines.join('\n'),
    )
    assert.equal(status, 0, stderr)
    assert.ok(performance.now() - start > 5000)
    const states = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).state)
    assert.deepEqual(states, Array(LINES).fill('accepted'))
  })
})
