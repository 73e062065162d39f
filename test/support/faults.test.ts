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

  it('refusing: nobody is there', async () => assert.equal(await accepts(await refusing()), false))

  it('silent: somebody is there, and says nothing', async () => {
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

    it('carries and counts', async () => {
      const {wire, socket} = await echoThrough()
      socket.write('hello')
      assert.equal(await echoed(socket), 'hello')
      assert.deepEqual(wire.bytes, {client: 5, server: 5})
    })

    it('delays both ways', async () => {
      const {socket} = await echoThrough({delayMs: 50})
      const start = performance.now()
      socket.write('hello')
      await echoed(socket)
      const elapsed = performance.now() - start
      assert.ok(elapsed > 95, `${elapsed} ms`)
    })

    it('resets after so many bytes, all of which arrive', async () => {
      let heard = ''
      const {port} = await startServer(async (peer) => {
        heard = await peer.read('hel')
      })
      const wire = keep(await proxy(port, {cutAfterBytes: 3}))
      const socket = await connect(wire)
      const reset = once(socket, 'close').catch((error) => error)
      socket.write('hello')
      assert.equal((await reset).code, 'ECONNRESET')
      while (!heard) await sleep(5)
      assert.equal(heard, 'hel')
    })

    it('cuts with FIN when asked', async () => {
      const {wire, socket} = await echoThrough()
      wire.cut()
      await once(socket.resume(), 'end')
    })

    it('goes dead and comes back', async () => {
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

    it('speaks in turn, inside TLS once it agreed to STARTTLS', async () => {
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

    it('speaks inside TLS from the start', async () => {
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

    it('tells on close that a script failed', async () => {
      const server = await startScriptedServer(async (peer) => {
        assert.equal(await peer.read('!'), 'hello!')
      })
      const socket = await connect(server)
      socket.write('goodbye!')
      await once(socket.resume(), 'close')
      await assert.rejects(server.close(), assert.AssertionError)
    })

    it('takes it well when the client leaves', async () => {
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
