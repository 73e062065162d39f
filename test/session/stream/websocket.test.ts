import assert from 'node:assert/strict'
import {once} from 'node:events'
import https from 'node:https'
import net from 'node:net'
import type {Duplex} from 'node:stream'
import {type WebSocket, WebSocketServer} from 'ws'
import {Failure} from '../../../src/errors.ts'
import type {Transport} from '../../../src/session/stream/transport.ts'
import {webSocketTransport} from '../../../src/session/stream/websocket.ts'
import {connectTls} from '../../../src/session/tls/tls.ts'
import {type Authority, newAuthority} from '../../support/certificates.ts'
import {closeAll, listen, soon} from '../loopback.ts'

describe('WebSocket', () => {
  let ca: Authority
  before(() => {
    ca = newAuthority()
  })
  afterEach(closeAll)

  async function connect(
    onUpgrade: (socket: Duplex, upgrade: () => void) => void,
    signal = soon(),
  ) {
    const server = https.createServer(ca.issue({domains: ['localhost']}))
    const sockets = new WebSocketServer({noServer: true})
    const accepted = new Promise<WebSocket>((resolve) => sockets.on('connection', resolve))
    server.on('upgrade', (request, socket, head) =>
      onUpgrade(socket, () =>
        sockets.handleUpgrade(request, socket, head, (client) =>
          sockets.emit('connection', client),
        ),
      ),
    )
    const port = await listen(server)
    const trust = {domain: 'localhost', ca: ca.cert}
    const line = await connectTls(net.connect(port, '127.0.0.1'), trust, {signal})
    const transport = await webSocketTransport(line, `wss://localhost:${port}/ws`, signal)
    return {transport, server: await accepted}
  }

  const ended = (transport: Transport): Promise<Error | undefined> =>
    new Promise((resolve) => transport.listen(() => {}, resolve))

  it('refuses a message that is larger than the limit of an element', async () => {
    const {server, transport} = await connect((_, upgrade) => upgrade())
    server.send('x'.repeat(2 ** 24 + 1))
    const end = await ended(transport)
    assert.ok(end instanceof Failure, String(end))
    assert.deepEqual([end.code, end.exitCode], ['too-large', 76])
  })

  it('answers the newest of very many pings', async () => {
    const {server, transport} = await connect((_, upgrade) => upgrade())
    const end = ended(transport)
    const answered = new Promise<string>((resolve) =>
      server.on('pong', (data: Buffer) => data.toString() === '19999' && resolve('answered')),
    )
    for (let i = 0; i < 20_000; i++) server.ping(String(i))
    assert.equal(await Promise.race([answered, end]), 'answered')
  })

  for (const [status, code, exitCode] of [
    [502, 'websocket-unavailable', 75],
    [503, 'websocket-unavailable', 75],
    [404, 'no-websocket', 76],
    [401, 'no-websocket', 76],
    [200, 'no-websocket', 76],
  ] as const) {
    it(`that the web server refuses with ${status}: ${exitCode}`, () =>
      assert.rejects(
        connect((socket) => socket.end(`HTTP/1.1 ${status} So\r\nContent-Length: 0\r\n\r\n`)),
        {code, exitCode, stage: 'connect', text: `${status} So`},
      ))
  }

  it('ends with the reason of the signal in the upgrade', async () => {
    const run = new AbortController()
    const reason = new Failure('interrupted', 'Interrupted by SIGINT', 130)
    let closed: Promise<unknown> | undefined
    const connecting = connect((socket) => {
      closed = once(socket.resume(), 'close')
      run.abort(reason)
    }, run.signal)
    await assert.rejects(connecting, reason)
    await closed
  })

  it('is not ended by the signal after the upgrade', async () => {
    const run = new AbortController()
    const {server, transport} = await connect((_, upgrade) => upgrade(), run.signal)
    const texts = new Promise((resolve) => transport.listen(resolve, resolve))
    run.abort()
    server.send('<message/>')
    assert.equal(await texts, '<message/>')
    assert.equal(transport.destroyed, false)
  })

  for (const [how, end] of Object.entries({
    'ends in the upgrade': (socket: Duplex) => socket.end(),
    'is reset in the upgrade': (socket: Duplex) => socket.destroy(),
  })) {
    it(`that ${how}: 75`, () =>
      assert.rejects(connect(end), {code: 'connection-lost', exitCode: 75, stage: 'connect'}))
  }
})
