import assert from 'node:assert/strict'
import {once} from 'node:events'
import http from 'node:http'
import net from 'node:net'
import {inspect} from 'node:util'
import {Failure} from '../../../src/errors.ts'
import {dial} from '../../../src/session/connect/dial.ts'
import {chooseProxy} from '../../../src/session/connect/proxy.ts'
import {closeAll, closedPort, listen, soon} from '../loopback.ts'

/** The requests to the proxy. The forwarded bytes come from an echo server. */
interface Asked {
  target: string
  credentials?: string | undefined
}

const echo = (): Promise<number> => listen(net.createServer((socket) => socket.pipe(socket)))

/** A CONNECT proxy that connects each name to loopback, or answers with a status instead. */
async function httpProxy(requests: Asked[], refuse?: string): Promise<string> {
  const server = http.createServer().on('connect', ({url = '', headers}, client) => {
    requests.push({target: url, credentials: headers['proxy-authorization']})
    if (refuse) return client.end(`HTTP/1.1 ${refuse}\r\n\r\n`)
    const upstream = net.connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    return upstream.on('error', () => client.destroy())
  })
  return `127.0.0.1:${await listen(server)}`
}

/** A SOCKS 5 proxy of the same kind; `reply` is the code of RFC 1928 §6. */
async function socksProxy(requests: Asked[], {reply = 0, password = ''} = {}): Promise<string> {
  const server = net.createServer(async (client) => {
    const next = async (): Promise<Buffer> => (await once(client, 'data'))[0]
    await next()
    client.write(Buffer.of(5, password ? 2 : 0))
    let credentials: string | undefined
    if (password) {
      const login = await next()
      const user = 2 + (login[1] ?? 0)
      credentials = `${login.subarray(2, user)}:${login.subarray(user + 1)}`
      client.write(Buffer.of(1, credentials.endsWith(`:${password}`) ? 0 : 1))
    }
    const request = await next()
    const isName = request[3] === 3
    const host = isName ? String(request.subarray(5, -2)) : [...request.subarray(4, -2)].join('.')
    const port = request.readUInt16BE(request.length - 2)
    requests.push({target: `${isName ? 'name ' : 'address '}${host}:${port}`, credentials})
    client.write(Buffer.of(5, reply, 0, 1, 127, 0, 0, 1, 0, 0))
    if (reply === 0) client.pipe(net.connect(port, '127.0.0.1')).pipe(client)
  })
  return `127.0.0.1:${await listen(server)}`
}

async function roundTrip(proxy: string, port: number, host = 'far.invalid'): Promise<string> {
  const {socket} = await dial([{kind: 'tls', host, port}], {signal: soon(), proxy})
  socket.write('hello')
  const [answer] = await once(socket, 'data')
  socket.destroy()
  return String(answer)
}

const fails = (promise: Promise<unknown>, code: string, exitCode: number) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof Failure, String(error))
    assert.deepEqual([error.code, error.exitCode, error.stage], [code, exitCode, 'connect'])
    assert.ok(!/hunter2|aHVudGVyMg/.test(JSON.stringify(error) + inspectable(error)))
    return true
  })

/** The text of an error with its causes, as a debugger or the console prints it. */
const inspectable = (error: unknown): string => inspect(error, {depth: 9, showHidden: true})

describe('proxy', () => {
  let requests: Asked[]
  beforeEach(() => {
    requests = []
  })
  afterEach(closeAll)

  describe('http', () => {
    it('resolves names there', async () => {
      const port = await echo()
      assert.equal(await roundTrip(`http://${await httpProxy(requests)}`, port), 'hello')
      assert.deepEqual(requests, [{target: `far.invalid:${port}`, credentials: undefined}])
    })

    it('is the default for an address without a scheme', async () => {
      assert.equal(await roundTrip(await httpProxy(requests), await echo()), 'hello')
    })

    it('is told the user and the password', async () => {
      await roundTrip(`http://me:p%40ss@${await httpProxy(requests)}`, await echo())
      assert.equal(requests[0]?.credentials, `Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    })

    it('keeps the bytes that arrive with its answer', async () => {
      const proxy = http.createServer().on('connect', (_request, client) => {
        client.write('HTTP/1.1 200 OK\r\n\r\nhello')
      })
      const uri = `http://127.0.0.1:${await listen(proxy)}`
      assert.equal(await roundTrip(uri, 1), 'hello')
    })

    for (const [status, code, exitCode] of [
      ['407 Proxy Authentication Required', 'proxy-auth-failed', 77],
      ['403 Forbidden', 'proxy-forbidden', 77],
      ['404 Not Found', 'host-not-found', 68],
      ['502 Bad Gateway\r\nProxy-Status: gate; error=dns_error', 'host-not-found', 68],
      ['502 Bad Gateway', 'connection-failed', 75],
      ['504 Gateway Timeout', 'connection-failed', 75],
    ] as const) {
      it(`translates ${JSON.stringify(status)}`, async () => {
        const uri = `http://me:hunter2@${await httpProxy(requests, status)}`
        await fails(roundTrip(uri, 5222), code, exitCode)
      })
    }

    it('translates an invalid answer', async () => {
      const server = net.createServer((socket) => socket.end('SSH-2.0-x\r\n'))
      await fails(roundTrip(`http://127.0.0.1:${await listen(server)}`, 1), 'proxy-failed', 75)
    })

    it('translates a hang-up', async () => {
      const server = net.createServer((socket) => socket.destroy())
      await fails(roundTrip(`http://127.0.0.1:${await listen(server)}`, 1), 'proxy-failed', 75)
    })
  })

  describe('socks5h', () => {
    it('resolves names there', async () => {
      const port = await echo()
      assert.equal(await roundTrip(`socks5h://${await socksProxy(requests)}`, port), 'hello')
      assert.deepEqual(requests, [{target: `name far.invalid:${port}`, credentials: undefined}])
    })

    it('passes addresses on as addresses', async () => {
      const port = await echo()
      await roundTrip(`socks5://${await socksProxy(requests)}`, port, '127.0.0.1')
      assert.equal(requests[0]?.target, `address 127.0.0.1:${port}`)
    })

    it('is told the user and the password', async () => {
      const proxy = await socksProxy(requests, {password: 'p@ss'})
      await roundTrip(`socks5h://me:p%40ss@${proxy}`, await echo())
      assert.equal(requests[0]?.credentials, 'me:p@ss')
    })

    it('translates a wrong password', async () => {
      const uri = `socks5h://me:hunter2@${await socksProxy(requests, {password: 'other'})}`
      await fails(roundTrip(uri, 1), 'proxy-auth-failed', 77)
    })

    for (const [reply, code, exitCode] of [
      [1, 'connection-failed', 75],
      [2, 'proxy-forbidden', 77],
      [4, 'connection-failed', 75],
      [5, 'connection-failed', 75],
    ] as const) {
      it(`translates the reply ${reply}`, async () => {
        const uri = `socks5h://me:hunter2@${await socksProxy(requests, {reply, password: 'hunter2'})}`
        await fails(roundTrip(uri, 1), code, exitCode)
      })
    }

    it('translates a hang-up', async () => {
      const server = net.createServer((socket) => socket.destroy())
      await fails(roundTrip(`socks5h://127.0.0.1:${await listen(server)}`, 1), 'proxy-failed', 75)
    })
  })

  it('fails with a clear error if nothing listens there', async () => {
    const uri = `http://me:hunter2@127.0.0.1:${await closedPort()}`
    await fails(roundTrip(uri, 1), 'proxy-unreachable', 75)
  })

  it('fails with a clear error if its name is unknown', () =>
    // a label of 64 letters is no name, so DNS is not queried
    fails(roundTrip(`socks5h://${'x'.repeat(64)}:1080`, 1), 'proxy-unreachable', 68))

  for (const scheme of ['http', 'socks5h']) {
    it(`ends with the signal if it does not answer (${scheme})`, async () => {
      let closed: Promise<unknown> | undefined
      const port = await listen(
        net.createServer((socket) => {
          closed = once(socket.resume(), 'close')
        }),
      )
      const abort = new AbortController()
      const reason = new Failure('deadline', 'Out of time', 124)
      setTimeout(() => abort.abort(reason), 100)
      const proxy = `${scheme}://127.0.0.1:${port}`
      const dialling = dial([{kind: 'tls', host: 'h.invalid', port: 1}], {
        signal: abort.signal,
        proxy,
      })
      await assert.rejects(dialling, reason)
      await closed
    })
  }

  for (const uri of ['https://h:1', 'socks4://h:1', 'http://', 'http://a:%@h:1', 'socks5h://:1']) {
    it(`refuses the address ${uri}`, () =>
      assert.rejects(roundTrip(uri, 1), (error: Failure) => error.exitCode === 78))
  }
})

describe('chooseProxy', () => {
  const env = {ALL_PROXY: 'socks5h://all:1', HTTPS_PROXY: 'http://https:1'}

  it('prefers the setting of this program', () =>
    assert.equal(chooseProxy('h', {...env, NO_PROXY: '*'}, 'http://own:1'), 'http://own:1'))
  it('treats an empty variable as not set', () =>
    assert.equal(chooseProxy('h', env, ''), undefined))
  it('prefers ALL_PROXY', () => assert.equal(chooseProxy('h', env), env.ALL_PROXY))
  it('accepts variables in lower case', () => {
    assert.equal(chooseProxy('h', {all_proxy: 'a'}), 'a')
    assert.equal(chooseProxy('h', {https_proxy: 'b'}), 'b')
    assert.equal(chooseProxy('h', {...env, no_proxy: 'h'}), undefined)
  })
  it('returns undefined without variables', () =>
    assert.equal(chooseProxy('h', {ALL_PROXY: ''}), undefined))

  for (const [rules, host, bypassed] of [
    ['*', 'example.org', true],
    ['example.org', 'example.org', true],
    ['example.org', 'chat.example.org', true],
    ['example.org', 'notexample.org', false],
    ['.example.org', 'chat.example.org', true],
    ['*.example.org', 'chat.example.org', true],
    ['a, EXAMPLE.org b', 'Example.ORG', true],
    ['example.org:5222', 'example.org', true],
    ['example.org:443', 'example.org', false],
    ['xn--bcher-kva.example', 'bücher.example', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/99', '10.1.2.3', false],
    ['::1', '::1', true],
    ['[::1]:5222', '[::1]', true],
    ['fd00::/8', 'fd12::1', true],
    ['0.0.0.1', 'host.0.0.0.1.example', false],
    ['', 'example.org', false],
  ] as const) {
    it(`${bypassed ? 'bypasses' : 'uses'} it for ${host} with NO_PROXY=${rules}`, () => {
      const chosen = chooseProxy(host, {...env, NO_PROXY: rules}, undefined, 5222)
      assert.equal(chosen, bypassed ? undefined : env.ALL_PROXY)
    })
  }
})
