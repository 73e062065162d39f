import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {environment, finish, sh, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

describe('presence set --hold', function () {
  this.timeout(30_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    await runXmpp('presence subscribe alice@localhost', environment(server, 'bob'))
    await runXmpp('presence approve bob@localhost', environment(server, 'alice'))
  })
  after(() => server.stop())

  /** The shell executes the command in its own process, so that signals reach it. */
  const hold = async (words: string): Promise<{child: ChildProcess; printed: string}> => {
    const env = {...environment(server, 'alice'), XMPP_JID: 'alice@localhost/desk'}
    const child = start(`exec xmpp presence set --show away --json --hold ${words}`, env)
    assert.ok(child.stdout)
    const [printed] = await once(child.stdout, 'data')
    return {child, printed: String(printed)}
  }

  it('prints its result at once and answers pings', async () => {
    const {child, printed} = await hold('1h')
    assert.equal(JSON.parse(printed).show, 'away')
    const {status, stdout} = await sh(
      'xmpp ping alice@localhost/desk --json && xmpp presence get alice@localhost | cut -f1,2',
      environment(server, 'bob'),
    )
    assert.equal(status, 0)
    assert.match(stdout, /"to":"alice@localhost\/desk".*\nalice@localhost\/desk\taway\n/)
    child.kill('SIGTERM')
    assert.equal((await finish(child)).status, 143)
  })

  it('ends after its time', async () => {
    const {child} = await hold('1s')
    assert.equal((await finish(child)).status, 0)
  })

  it('ends with --timeout as well', async () => {
    const {child} = await hold('--timeout 3s')
    assert.equal((await finish(child)).status, 0)
  })

  it('ends with the status of a signal, and contacts see the account as offline', async () => {
    const {child} = await hold('1h')
    child.kill('SIGTERM')
    assert.equal((await finish(child)).status, 143)
    const {stdout} = await runXmpp('presence get alice@localhost', environment(server, 'bob'))
    assert.match(stdout, /^alice@localhost\toffline/)
  })

  it('ends with 75 if the server has stopped', async () => {
    const {child} = await hold('1s')
    await server.stop()
    const {status, stderr} = await finish(child)
    assert.equal(status, 75)
    assert.match(stderr, /^xmpp: The connection was lost/)
  })
})
