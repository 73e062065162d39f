import assert from 'node:assert/strict'
import {once} from 'node:events'
import net from 'node:net'
import {Worker} from 'node:worker_threads'
import {Failure} from '../../../src/errors.ts'
import {dial} from '../../../src/session/connect/dial.ts'
import {raceStaggered} from '../../../src/session/connect/staggered-race.ts'
import type {Endpoint} from '../../../src/session/types.ts'
import {closeAll, closedPort, listen, soon} from '../loopback.ts'

const at = (port: number, host = '127.0.0.1'): Endpoint => ({kind: 'tls', host, port})

/**
 * A port that drops packets, as a firewall does: its process is suspended, and the kernel drops packets when the queue
 * of connections is full.
 */
async function blackHole(): Promise<{endpoint: Endpoint; close(): void}> {
  const sleeper = new Worker(
    `const {parentPort} = require('node:worker_threads')
    const server = require('node:net').createServer().listen({port: 0, host: '127.0.0.1', backlog: 1}, () => {
      parentPort.postMessage(server.address().port)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    })`,
    {eval: true},
  )
  const [port] = await once(sleeper, 'message')
  const queue: net.Socket[] = []
  for (let connected = true; connected; ) {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {})
    queue.push(socket)
    connected = await once(socket, 'connect', {signal: soon(100)}).then(
      () => true,
      () => false,
    )
  }
  return {
    endpoint: at(port),
    close() {
      for (const socket of queue) socket.destroy()
      void sleeper.terminate()
    },
  }
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => assert.fail('it connected'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof Failure, String(error))
  return error
}

describe('dial', () => {
  afterEach(closeAll)

  it('connects', async () => {
    const port = await listen(net.createServer())
    const {socket, endpoint} = await dial([at(port)], {signal: soon()})
    assert.deepEqual(endpoint, at(port))
    assert.equal(socket.remotePort, port)
    socket.destroy()
  })

  it('prefers the first endpoint', async () => {
    const ports = [await listen(net.createServer()), await listen(net.createServer())]
    const {socket, endpoint} = await dial(
      ports.map((port) => at(port)),
      {signal: soon()},
    )
    assert.equal(endpoint.port, ports[0])
    socket.destroy()
  })

  it('tries the next endpoint at once after a refusal', async () => {
    const port = await listen(net.createServer())
    const started = Date.now()
    const {socket} = await dial([at(await closedPort()), at(port)], {signal: soon()})
    assert.equal(socket.remotePort, port)
    assert.ok(Date.now() - started < 500)
    socket.destroy()
  })

  it('does not wait for an endpoint that drops all packets', async () => {
    const {endpoint, close} = await blackHole()
    const port = await listen(net.createServer())
    const started = Date.now()
    const {socket} = await dial([endpoint, at(port)], {signal: soon()}).finally(close)
    const waited = Date.now() - started
    assert.equal(socket.remotePort, port)
    assert.ok(waited > 900 && waited < 2000, `${waited} ms`)
    socket.destroy()
  })

  it('stops to wait for such an endpoint when its signal aborts', async () => {
    const {endpoint, close} = await blackHole()
    const reason = new Failure('deadline', 'Out of time', 124)
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 100)
    await assert.rejects(dial([endpoint], {signal: abort.signal}).finally(close), reason)
  })

  it('connects to the address of a host that answers', async () => {
    const port = await listen(net.createServer(), '127.0.0.1')
    const {socket} = await dial([at(port, 'localhost')], {signal: soon()})
    assert.equal(socket.remoteAddress, '127.0.0.1')
    socket.destroy()
  })

  it('names each endpoint and its error, and is temporary (75)', async () => {
    const ports = [await closedPort(), await closedPort()]
    const {code, exitCode, stage, message, cause} = await failureOf(
      dial(
        ports.map((port) => at(port)),
        {signal: soon()},
      ),
    )
    assert.deepEqual([code, exitCode, stage], ['connection-failed', 75, 'connect'])
    for (const port of ports) assert.ok(message.includes(`127.0.0.1:${port} (connection refused)`))
    assert.ok(cause instanceof AggregateError)
    assert.equal(cause.errors.length, 2)
  })

  it('shortens a long list', async () => {
    const endpoints = Array.from({length: 9}, () => at(1))
    const {message} = await failureOf(dial(endpoints, {signal: soon()}))
    assert.match(message, /, 5 more$/)
  })

  it('is final for a name that does not exist (68), unless DNS had failed before', async () => {
    const nowhere = at(1, 'x'.repeat(64)) // no label is that long, so no name server is asked
    const final = await failureOf(dial([nowhere, nowhere], {signal: soon()}))
    assert.deepEqual([final.code, final.exitCode, final.stage], ['host-not-found', 68, 'resolve'])
    const lookup = new Error('SERVFAIL')
    const open = await failureOf(dial([{...nowhere, lookup}], {signal: soon()}))
    assert.deepEqual([open.code, open.exitCode, open.stage], ['dns-failed', 75, 'resolve'])
  })

  it('has the reason why DNS had no better endpoint', async () => {
    const lookup = new Error('SERVFAIL')
    const {cause} = await failureOf(dial([{...at(await closedPort()), lookup}], {signal: soon()}))
    assert.ok(cause instanceof AggregateError)
    assert.ok(cause.errors.includes(lookup))
  })

  it('does not start if its signal has aborted', () =>
    assert.rejects(dial([at(1)], {signal: AbortSignal.abort()}), /abort/i))
})

describe('stagger', () => {
  const later = <T>(ms: number, value: T): Promise<T> =>
    new Promise((resolve) => setTimeout(resolve, ms, value))

  it('starts the next attempt if the first takes long, and discards a late success', async () => {
    const discarded: string[] = []
    const started = Date.now()
    const winner = await raceStaggered(['slow', 'fast'], {
      headStart: 30,
      signal: soon(),
      attempt: (name) => later(name === 'slow' ? 120 : 10, name),
      discard: (name) => discarded.push(name),
    })
    assert.equal(winner, 'fast')
    assert.ok(Date.now() - started < 110)
    await later(120, '')
    assert.deepEqual(discarded, ['slow'])
  })

  it('accepts a slow first attempt that succeeds before the others', async () => {
    const winner = await raceStaggered(['slow', 'slower'], {
      headStart: 10,
      signal: soon(),
      attempt: (name) => later(name === 'slow' ? 50 : 500, name),
      discard: () => {},
    })
    assert.equal(winner, 'slow')
  })

  it('aborts the other attempts', async () => {
    let loserSignal: AbortSignal | undefined
    await raceStaggered(['loser', 'winner'], {
      headStart: 5,
      signal: soon(),
      attempt: (name, signal) => {
        if (name === 'winner') return later(5, name)
        loserSignal = signal
        return new Promise<string>(() => {})
      },
      discard: () => {},
    })
    assert.equal(loserSignal?.aborted, true)
  })

  it('rejects with all errors, in the order of the attempts', async () => {
    const failing = raceStaggered([30, 5], {
      headStart: 1,
      signal: soon(),
      attempt: async (ms) => {
        await later(ms, '')
        throw new Error(String(ms))
      },
      discard: () => {},
    })
    await assert.rejects(failing, (error: AggregateError) => {
      assert.deepEqual(
        error.errors.map(({message}) => message),
        ['30', '5'],
      )
      return true
    })
  })
})
