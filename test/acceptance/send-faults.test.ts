import assert from 'node:assert/strict'
import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import {environment, finish, linesOf, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {proxy, type Proxy as TcpProxy} from '../support/proxy.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'

describe('send over a connection that fails', function () {
  this.timeout(60_000)
  let server: TestServer
  let connection: TcpProxy
  let env: NodeJS.ProcessEnv
  beforeEach(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    connection = await proxy(server.tlsPort)
    env = {...environment(server, 'alice'), XMPP_SERVER: `xmpps://127.0.0.1:${connection.port}`}
  })
  afterEach(async () => {
    await connection.close()
    await server.stop()
  })

  const lineTo = (body: string): string =>
    `${JSON.stringify({to: server.account('bob').jid, body})}\n`

  it('ends a batch when the server confirms nothing for --timeout, and reports unknown outcomes', async () => {
    const child = start('xmpp send --batch --json --timeout 2s', env)
    const closed = once(child, 'close')
    const line = linesOf(child.stdout)
    child.stdin?.write(lineTo('one'))
    assert.equal(JSON.parse(await line()).state, 'accepted')

    connection.stall()
    child.stdin?.write(lineTo('two'))
    const second = JSON.parse(await line())
    assertMatchesSchema(second, 'send-batch')
    assert.equal(second.state, 'unknown')
    assert.match(second.error.message, /^No reply from the server for 2 s before the server conf/)
    assert.equal(JSON.parse(await line()).error.code, 'timeout')
    const [status] = await closed
    assert.equal(status, 74, 'the exit status of the first line that failed')
  })

  it('ends a batch when no new session opens within --timeout', async () => {
    const child = start('exec xmpp send --batch --json --timeout 2s', env)
    const closed = once(child, 'close')
    const line = linesOf(child.stdout)
    child.stdin?.write(lineTo('one'))
    assert.equal(JSON.parse(await line()).state, 'accepted')

    await server.stop()
    child.stdin?.write(lineTo('two'))
    const second = JSON.parse(await line())
    const {error} = second
    assert.deepEqual([second.line, second.state, error.exitCode], [2, 'failed', 75])
    assert.equal(JSON.parse(await line()).error.code, 'timeout')
    const [status] = await closed
    assert.equal(status, 75, 'the exit status of the first line that failed')
  })

  it('does not count time in which there is nothing to send', async () => {
    const child = start('xmpp send --batch --json --timeout 2s', env)
    const outcome = finish(child)
    child.stdin?.write(lineTo('one'))
    await sleep(3000)
    child.stdin?.end(lineTo('two'))
    const {status, stdout} = await outcome
    assert.equal(status, 0, stdout)
    assert.equal(stdout.trim().split('\n').length, 2)
  })

  it('continues a batch on a new connection', async () => {
    const child = start('xmpp send --batch --json --verbose', env)
    const closed = once(child, 'close')
    const line = linesOf(child.stdout)
    const stderr = linesOf(child.stderr)
    for (const body of ['one', 'two', 'three']) {
      while (!/signed in as/.test(await stderr())) {}
      child.stdin?.write(lineTo(body))
      assert.equal(JSON.parse(await line()).state, 'accepted')
      connection.cut('reset')
    }
    child.stdin?.end()
    const [status] = await closed
    assert.equal(status, 0)
  })

  it('reports an accepted message when a signal ends the wait for its receipt', async () => {
    const {jid} = server.account('bob')
    const child = start(`exec xmpp send ${jid} hello --wait delivered --json --debug`, env)
    const outcome = finish(child)
    const stderr = linesOf(child.stderr)
    let trace = ''
    const isAccepted = /<-- <iq [^>]*from="localhost"/ // the answer to the ping after the message
    while (!isAccepted.test(trace) || !trace.includes('signed in as')) trace += await stderr()
    child.kill('SIGINT')
    const {status, stdout} = await outcome
    assert.equal(status, 130)
    const [message] = JSON.parse(stdout).messages
    const {code, stage} = message.error
    assert.deepEqual([message.state, code, stage], ['accepted', 'interrupted', 'request'])
  })
})
