import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {text} from 'node:stream/consumers'
import {environment, sh, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {proxy, type Proxy as Wire} from '../support/proxy.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'

describe('send over a wire that fails', function () {
  this.timeout(60_000)
  let server: TestServer
  let wire: Wire
  let env: NodeJS.ProcessEnv
  beforeEach(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    wire = await proxy(server.tlsPort)
    env = {...environment(server, 'alice'), XMPP_SERVER: `xmpps://127.0.0.1:${wire.port}`}
  })
  afterEach(async () => {
    await wire.close()
    await server.stop()
  })

  const lineTo = (body: string): string =>
    `${JSON.stringify({to: server.account('bob').jid, body})}\n`

  it('gives a batch up when nothing is heard for the --timeout, and says what is unknown', async () => {
    const child = start('xmpp send --batch --json --timeout 1s', env)
    assert.ok(child.stdin && child.stdout)
    const output = createInterface(child.stdout)
    child.stdin.write(lineTo('one'))
    const [first] = await once(output, 'line')
    assert.equal(JSON.parse(first).state, 'accepted')

    wire.stall()
    child.stdin.write(lineTo('two'))
    const [second] = await once(output, 'line')
    assertMatchesSchema(JSON.parse(second), 'send-batch')
    assert.equal(JSON.parse(second).state, 'unknown')
    const [last] = await once(output, 'line')
    assert.equal(JSON.parse(last).error.code, 'timeout')
    const [status] = await once(child, 'close')
    assert.equal(status, 124)
  })

  it('does not count the time in which there is nothing to send', async () => {
    const child = start('xmpp send --batch --json --timeout 1s', env)
    assert.ok(child.stdin && child.stdout)
    const output = text(child.stdout)
    child.stdin.write(lineTo('one'))
    await new Promise((resolve) => setTimeout(resolve, 2500))
    child.stdin.end(lineTo('two'))
    const [status] = await once(child, 'close')
    assert.equal(status, 0, await output)
    assert.equal((await output).trim().split('\n').length, 2)
  })

  it('goes on with a batch on a new connection', async () => {
    const child = start('xmpp send --batch --json --verbose', env)
    assert.ok(child.stdin && child.stdout && child.stderr)
    const output = createInterface(child.stdout)
    const said = createInterface(child.stderr)[Symbol.asyncIterator]()
    for (const body of ['one', 'two', 'three']) {
      while (!/signed in as/.test((await said.next()).value)) {}
      child.stdin.write(lineTo(body))
      const [line] = await once(output, 'line')
      assert.equal(JSON.parse(line).state, 'accepted')
      wire.cut('reset')
    }
    child.stdin.end()
    const [status] = await once(child, 'close')
    assert.equal(status, 0)
  })

  it('keeps what was known when it is interrupted while it waits for a receipt', async () => {
    const {jid} = server.account('bob')
    const child = start(`exec xmpp send ${jid} hello --wait delivered --json --verbose`, env)
    assert.ok(child.stdout && child.stderr)
    const output = text(child.stdout)
    for await (const line of createInterface(child.stderr)) if (/signed in as/.test(line)) break
    await sh('sleep 0.3', env)
    child.kill('SIGINT')
    const [status] = await once(child, 'close')
    assert.equal(status, 130)
    const [message] = JSON.parse(await output).messages
    assert.deepEqual([message.state, message.error.code], ['accepted', 'interrupted'])
  })
})
