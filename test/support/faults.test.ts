import assert from 'node:assert/strict'
import {once} from 'node:events'
import net from 'node:net'
import {text} from 'node:stream/consumers'
import {setTimeout as sleep} from 'node:timers/promises'
import tls from 'node:tls'
import {newAuthority} from './certificates.ts'
import {refusing, silent} from './faults.ts'
import type {LoopbackServer} from './loopback.ts'
import {accepts} from './ports.ts'
import {type ProxyOptions, proxy} from './proxy.ts'
import {type Script, type ScriptedOptions, startScriptedServer} from './scripted-server.ts'

describe('faults', () => {
  const opened: LoopbackServer[] = []
  afterEach(async () => {
    for (const server of opened.splice(0)) await server.close()
  })

  function keep<T extends LoopbackServer>(server: T): T {
    opened.push(server)
    return server
  }
  async function connect({port}: LoopbackServer): Promise<net.Socket> {
    const socket = net.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  const startServer = async (script: Script, options?: ScriptedOptions): Promise<LoopbackServer> =>
    keep(await startScriptedServer(script, options))

  it('refusing: nothing listens on the port', async () =>
    assert.equal(await accepts(await refusing()), false))

  it('silent: accepts connections and sends nothing', async () => {
    const server = keep(await silent())
    const socket = await connect(server)
    socket.write('hello?')
    const answer = Promise.race([text(socket), sleep(100, 'nothing')])
    assert.equal(await answer, 'nothing')
    assert.equal(server.connections, 1)
  })

  describe('proxy', () => {
    const echo: Script = async (peer) => {
      for (;;) peer.write(await peer.read(/.+/s))
    }
    const echoThrough = async (options?: ProxyOptions) => {
      const {port} = await startServer(echo)
      const wire = keep(await proxy(port, options))
      return {wire, socket: await connect(wire)}
    }
    const echoed = async (socket: net.Socket): Promise<string> => String(await once(socket, 'data'))

    it('forwards and counts bytes', async () => {
      const {wire, socket} = await echoThrough()
      socket.write('hello')
      assert.equal(await echoed(socket), 'hello')
      assert.deepEqual(wire.bytes, {client: 5, server: 5})
    })

    it('delays both directions', async () => {
      const {socket} = await echoThrough({delayMs: 50})
      const start = performance.now()
      socket.write('hello')
      await echoed(socket)
      const elapsed = performance.now() - start
      assert.ok(elapsed > 95, `${elapsed} ms`)
    })

    it('resets after a number of bytes, all of which arrive', async () => {
      let received = ''
      const {port} = await startServer(async (peer) => {
        received = await peer.read('hel')
      })
      const wire = keep(await proxy(port, {cutAfterBytes: 3}))
      const socket = await connect(wire)
      const reset = once(socket, 'close').catch((error) => error)
      socket.write('hello')
      assert.equal((await reset).code, 'ECONNRESET')
      while (!received) await sleep(5)
      assert.equal(received, 'hel')
    })

    it('closes with FIN on request', async () => {
      const {wire, socket} = await echoThrough()
      wire.cut()
      await once(socket.resume(), 'end')
    })

    it('stalls and resumes', async () => {
      const {wire, socket} = await echoThrough()
      wire.stall()
      socket.write('hello')
      const answer = echoed(socket)
      assert.equal(await Promise.race([answer, sleep(100, 'nothing')]), 'nothing')
      wire.resume()
      assert.equal(await answer, 'hello')
    })
  })

  describe('scripted', () => {
    const authority = newAuthority()
    const pair = authority.issue({domains: ['localhost']})
    const trust = {ca: authority.cert, servername: 'localhost'}

    it('reads and writes in turn, inside TLS after STARTTLS', async () => {
      const server = await startServer(async (peer) => {
        await peer.open("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        await peer.startTls(pair)
        await peer.open('<mechanisms/>')
        peer.end()
      })
      const socket = await connect(server)
      socket.write("<stream:stream to='localhost'>")
      assert.match(String(await once(socket, 'data')), /<starttls /)
      socket.write('<starttls/>')
      assert.match(String(await once(socket, 'data')), /^<proceed /)
      const inside = tls.connect({...trust, socket})
      inside.write("<stream:stream to='localhost'>")
      assert.match(await text(inside), /<mechanisms\/>/)
    })

    it('uses TLS from the start', async () => {
      const server = await startServer(
        async (peer) => {
          await peer.open('')
          peer.end()
        },
        {tls: pair},
      )
      const socket = tls.connect({...trust, port: server.port, host: '127.0.0.1'})
      socket.write("<stream:stream to='localhost'>")
      assert.match(await text(socket), /<stream:features><\/stream:features>$/)
    })

    it('rejects on close if a script failed', async () => {
      const server = await startScriptedServer(async (peer) => {
        assert.equal(await peer.read('!'), 'hello!')
      })
      const socket = await connect(server)
      socket.write('goodbye!')
      await once(socket.resume(), 'close')
      await assert.rejects(server.close(), assert.AssertionError)
    })

    it('does not fail if the client disconnects', async () => {
      const server = await startScriptedServer(async (peer) => {
        await peer.read('never')
      })
      const socket = await connect(server)
      socket.resetAndDestroy()
      await sleep(50)
      await server.close()
    })
  })
})
