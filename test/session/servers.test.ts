/** Several servers for one account: each is a proxy to the same Prosody, or a server that fails. */
import assert from 'node:assert/strict'
import net from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {buildPing} from '../../src/protocol/core/ping.ts'
import {withSession} from '../../src/session/session.ts'
import type {Account} from '../../src/session/types.ts'
import {account, chat} from '../fixtures/accounts.ts'
import {startProsody} from '../support/prosody.ts'
import {proxy, type Proxy as Wire} from '../support/proxy.ts'
import type {TestServer} from '../support/server.ts'
import {closeAll, closedPort, listen} from './loopback.ts'

describe('several servers', () => {
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['romeo', 'juliet']})
  })
  after(async () => {
    closeAll()
    await server.stop()
  })

  const at = (ports: number[], changes: Partial<Account> = {}): Account => ({
    ...account(server, 'juliet', server.tlsPort),
    server: ports.map((port) => `xmpps://127.0.0.1:${port}`).join(','),
    ...changes,
  })

  const portUsed = (account: Account): Promise<number> =>
    withSession(
      account,
      async ({bound, iq}) => {
        await iq.get(buildPing(), 'localhost')
        return (await bound).server.port
      },
      {trace: {}},
    )

  it('are tried in order', async () => {
    const wire = await proxy(server.tlsPort)
    assert.equal(await portUsed(at([server.tlsPort, wire.port])), server.tlsPort)
    assert.equal(await portUsed(at([wire.port, server.tlsPort])), wire.port)
    await wire.close()
  })

  it('are skipped if they refuse connections, are silent, or close each connection', async () => {
    const silent = await listen(net.createServer())
    const closing = await listen(net.createServer((socket) => socket.destroy()))
    for (const bad of [await closedPort(), silent, closing]) {
      const changes = {connectTimeout: bad === silent ? 2000 : 20_000}
      assert.equal(await portUsed(at([bad, server.tlsPort], changes)), server.tlsPort)
    }
  })

  it('fail with the last failure when all fail, each tried once', async () => {
    let connections = 0
    const closing = (socket: net.Socket): void => {
      connections++
      socket.destroy()
    }
    const ports = [await listen(net.createServer(closing)), await listen(net.createServer(closing))]
    await assert.rejects(portUsed(at(ports)), {code: 'connection-lost', exitCode: 75})
    assert.equal(connections, 2)
    await assert.rejects(portUsed(at(ports, {retry: 1})), {code: 'connection-lost', exitCode: 75})
    assert.equal(connections, 6)
  })

  it('are not tried further after an invalid certificate', async () => {
    const changes = {trust: {domain: 'localhost'}}
    await assert.rejects(portUsed(at([server.tlsPort, server.tlsPort], changes)), {exitCode: 76})
  })

  it('are tried from the next one after a loss, and no message is lost', async () => {
    const wires: Wire[] = [await proxy(server.tlsPort), await proxy(server.tlsPort)]
    const resumed: boolean[] = []
    await withSession(
      at(wires.map(({port}) => port)),
      async ({bound, iq, stanzas}) => {
        assert.equal((await bound).server.port, wires[0]?.port)
        await iq.get(buildPing(), 'localhost') // from now on the session can be resumed
        await wires[0]?.close()
        await stanzas.sendConfirmed(chat('romeo@localhost', 'after the loss'))
        while (resumed.length === 0) await sleep(5)
      },
      {trace: {}, hold: {onDisconnect() {}, onReconnect: (_, same) => void resumed.push(same)}},
    )
    assert.deepEqual(resumed, [true])
    assert.ok((wires[1]?.connections ?? 0) > 0)
    await wires[1]?.close()
  })

  it('are tried further if one is silent after a loss', async () => {
    const [first, second] = [await proxy(server.tlsPort), await proxy(server.tlsPort)]
    let isBack = false
    await withSession(
      at([first.port, second.port]),
      async ({iq}) => {
        await iq.get(buildPing(), 'localhost')
        first.stall() // it accepts connections and answers nothing
        while (!isBack) await sleep(5)
        await iq.get(buildPing(), 'localhost')
      },
      {
        trace: {},
        hold: {
          keepalive: {idleMs: 200, timeoutMs: 200},
          onDisconnect() {},
          onReconnect() {
            isBack = true
          },
        },
      },
    )
    assert.equal(second.connections > 0, true)
    await Promise.all([first.close(), second.close()])
  })
})
