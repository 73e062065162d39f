import assert from 'node:assert/strict'
import type {SrvRecord} from 'node:dns'
import https from 'node:https'
import type {TLSSocket} from 'node:tls'
import {Failure} from '../../../src/errors.ts'
import {discoverWebSocket, parseJrd, parseXrd} from '../../../src/session/connect/host-meta.ts'
import {resolve} from '../../../src/session/connect/resolve.ts'
import {order, type SrvResolver} from '../../../src/session/connect/srv.ts'
import type {Endpoint, Trust} from '../../../src/session/types.ts'
import {type Authority, newAuthority} from '../../support/certificates.ts'
import {type NameServer, startNameServer, type Zone} from '../dns-server.ts'
import {closeAll, listen, soon} from '../loopback.ts'

const failure = (code: string, exitCode: number) => (error: unknown) => {
  assert.ok(error instanceof Failure, String(error))
  assert.deepEqual([error.code, error.exitCode], [code, exitCode])
  return true
}

describe('resolve: several servers that were named', () => {
  const named = async (servers: string, trust?: Trust): Promise<string[]> => {
    const endpoints = await resolve('localhost', servers, {signal: soon(), ...(trust && {trust})})
    return endpoints.map(({host, kind, port}) => `${kind} ${host} ${port}`)
  }

  it('keeps their order', async () => {
    assert.deepEqual(await named('xmpps://b.example, xmpp://a.example:15222,'), [
      'tls b.example 5223',
      'starttls a.example 15222',
    ])
  })

  it('refuses the list if one of them is not an address', async () => {
    await assert.rejects(named('xmpps://b.example,a.example'), failure('bad-server', 2))
    await assert.rejects(named('xmpps://b.example,xmpp://me:pass,word@a.example'), (error) => {
      assert.doesNotMatch(String(error), /pass|word@/)
      return failure('bad-server', 2)(error)
    })
  })

  it('leaves out a WebSocket that is not found', async () => {
    assert.deepEqual(await named('wss:,xmpps://b.example'), ['tls b.example 5223'])
    await assert.rejects(named('wss:,wss://'), Failure)
  })
})

describe('resolve: a server that was named', () => {
  const named = async (server: string): Promise<Endpoint | undefined> =>
    (await resolve('example.org', server, {signal: soon()}))[0]

  for (const [server, expected] of [
    ['xmpp://h.example', {kind: 'starttls', host: 'h.example', port: 5222}],
    ['xmpp://H.example:15222/', {kind: 'starttls', host: 'h.example', port: 15222}],
    ['xmpps://h.example', {kind: 'tls', host: 'h.example', port: 5223}],
    ['XMPPS://[::1]:443', {kind: 'tls', host: '::1', port: 443}],
    ['xmpp://bücher.example', {kind: 'starttls', host: 'xn--bcher-kva.example', port: 5222}],
    ['wss://h.example/ws', {kind: 'wss', host: 'h.example', port: 443, url: 'wss://h.example/ws'}],
    [
      'wss://[::1]:5281/ws?a=b',
      {kind: 'wss', host: '::1', port: 5281, url: 'wss://[::1]:5281/ws?a=b'},
    ],
  ] as const) {
    it(`takes ${server}`, async () => assert.deepEqual(await named(server), {...expected, server}))
  }

  for (const server of [
    'h.example',
    'h.example:5222',
    'xmpp://',
    'xmpp://h:0',
    'xmpp://h:65536',
    'xmpp://h:x',
    'xmpp://h/path',
    'xmpp://[h]',
    'xmpp://::1',
    'ws://h/ws',
    'http://h',
    'wss://h/ws#part',
    'wss://:x/',
  ]) {
    it(`refuses ${server}`, async () => {
      await assert.rejects(named(server), failure('bad-server', 2))
      await assert.rejects(named(server), /xmpp:\/\/.*xmpps:\/\/.*wss:\/\//)
    })
  }

  for (const server of ['h.example', 'h.example:5222', '127.0.0.1', '[::1]:5223'])
    it(`suggests the forms with a scheme for ${server}`, () =>
      assert.rejects(named(server), (error) => {
        assert.ok(error instanceof Failure)
        const forms = error.hint?.match(/xmpps?:\S+/g)
        assert.deepEqual(forms, [`xmpp://${server}`, `xmpps://${server}`])
        return true
      }))

  it('says that ws:// is not encrypted', () => assert.rejects(named('ws://h/ws'), /not encrypted/))

  it('does not print a password', () =>
    assert.rejects(
      named('wss://me:hunter2@h/ws'),
      (error: Error) => !/hunter2|me:/.test(error.message),
    ))
})

describe('resolve: a domain', () => {
  let server: NameServer | undefined
  afterEach(() => {
    server?.close()
    server = undefined
  })

  async function ask(zone: Zone, domain = 'example.org', signal = soon()): Promise<Endpoint[]> {
    server = await startNameServer(zone)
    return resolve(domain, undefined, {signal, dns: server.dns})
  }
  const srv = (name: string, port: number, priority = 0, weight = 0): SrvRecord => ({
    name,
    port,
    priority,
    weight,
  })
  const STARTTLS = '_xmpp-client._tcp.example.org'
  const TLS = '_xmpps-client._tcp.example.org'
  const domainItself = [
    {kind: 'tls', host: 'example.org', port: 5223},
    {kind: 'starttls', host: 'example.org', port: 5222},
  ]

  it('mixes the records of both services by priority', async () => {
    const endpoints = await ask({
      [STARTTLS]: [srv('c.example', 5222, 30), srv('a.example', 5222, 10)],
      [TLS]: [srv('b.example', 443, 20)],
    })
    assert.deepEqual(endpoints, [
      {kind: 'starttls', host: 'a.example', port: 5222},
      {kind: 'tls', host: 'b.example', port: 443},
      {kind: 'starttls', host: 'c.example', port: 5222},
    ])
  })

  it('tries the domain itself when there are no records', async () =>
    assert.deepEqual(await ask({}), domainItself))

  it('treats "." as a refusal of one service', async () => {
    const endpoints = await ask({[STARTTLS]: [srv('a.example', 5222)], [TLS]: [srv('.', 0)]})
    assert.deepEqual(endpoints, [{kind: 'starttls', host: 'a.example', port: 5222}])
  })

  it('treats "." for both services as a refusal of all', () =>
    assert.rejects(
      ask({[STARTTLS]: [srv('.', 0)], [TLS]: [srv('.', 0)]}),
      failure('service-not-offered', 68),
    ))

  it('does not try the domain after a "." and no other record', () =>
    assert.rejects(ask({[TLS]: [srv('.', 0)]}), failure('service-not-offered', 68)))

  it('is temporary for a "." if the other look-up failed', () =>
    assert.rejects(ask({[TLS]: [srv('.', 0)], [STARTTLS]: 'SERVFAIL'}), failure('dns-failed', 75)))

  for (const [what, answer, code] of [
    ['fails', 'SERVFAIL', 'ESERVFAIL'],
    ['is silent', 'silence', 'ETIMEOUT'],
  ] as const) {
    it(`tries the domain itself when DNS ${what}, and keeps the reason`, async () => {
      const endpoints = await ask({[STARTTLS]: answer, [TLS]: answer})
      assert.deepEqual(
        endpoints.map(({lookup, ...endpoint}) => endpoint),
        domainItself,
      )
      for (const {lookup} of endpoints) assert.equal((lookup as NodeJS.ErrnoException).code, code)
    })
  }

  it('uses the result of one look-up if the other failed', async () => {
    const endpoints = await ask({[STARTTLS]: [srv('a.example', 5222)], [TLS]: 'SERVFAIL'})
    assert.deepEqual(endpoints, [{kind: 'starttls', host: 'a.example', port: 5222}])
  })

  it('asks for the ASCII form of an international domain', async () => {
    await ask({}, 'Bücher.example')
    assert.deepEqual(server?.queries.sort(), [
      '_xmpp-client._tcp.xn--bcher-kva.example',
      '_xmpps-client._tcp.xn--bcher-kva.example',
    ])
  })

  for (const domain of ['127.0.0.1', '[::1]', 'localhost', 'a.localhost']) {
    it(`does not query DNS for ${domain}`, async () => {
      const endpoints = await ask({}, domain)
      assert.deepEqual(server?.queries, [])
      assert.deepEqual(
        endpoints.map(({port}) => port),
        [5223, 5222],
      )
    })
  }

  it('stops with the reason of its signal', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    setTimeout(() => abort.abort(reason), 50)
    const started = Date.now()
    await assert.rejects(ask({[TLS]: 'silence'}, 'example.org', abort.signal), reason)
    assert.ok(Date.now() - started < 250)
  })

  it('does not start if its signal has aborted', () =>
    assert.rejects(resolve('example.org', undefined, {signal: AbortSignal.abort()}), /abort/i))
})

describe('resolve: through a proxy', () => {
  it('does not query DNS: the proxy resolves the domain', async () => {
    const dns: SrvResolver = {
      resolveSrv: () => assert.fail('DNS was queried'),
      cancel() {},
    }
    const endpoints = await resolve('bücher.example', undefined, {
      signal: soon(),
      dns,
      proxy: 'socks5h://127.0.0.1:1',
    })
    const host = 'xn--bcher-kva.example'
    assert.deepEqual(endpoints, [
      {kind: 'tls', host, port: 5223},
      {kind: 'starttls', host, port: 5222},
    ])
  })
})

describe('order', () => {
  const records = [
    {name: 'rare', priority: 1, weight: 1},
    {name: 'zero', priority: 1, weight: 0},
    {name: 'often', priority: 1, weight: 3},
    {name: 'last', priority: 2, weight: 9},
  ]
  const names = (random: number): string =>
    order(records, () => random)
      .map(({name}) => name)
      .join(' ')

  it('orders by weight within a priority', () => {
    assert.equal(names(0), 'zero rare often last')
    assert.equal(names(0.3), 'rare often zero last')
    assert.equal(names(0.99), 'often rare zero last')
  })

  it('puts each record first in proportion to its weight', () => {
    const pair = [
      {name: 'a', priority: 0, weight: 1},
      {name: 'b', priority: 0, weight: 3},
    ]
    const runs = 4000
    const first = Array.from({length: runs}, () => order(pair)[0]?.name)
    const share = first.filter((name) => name === 'b').length / runs
    // RFC 2782 draws from 0 to the sum, both included: 3 of 5, not 3 of 4
    assert.ok(share > 0.55 && share < 0.65, String(share))
  })
})

describe('host-meta', () => {
  const websocket: Endpoint = {
    kind: 'wss',
    host: 'web.example.com',
    port: 443,
    url: 'wss://web.example.com/ws',
  }
  const jrd = (...hrefs: unknown[]): string =>
    JSON.stringify({
      links: hrefs.map((href) => ({rel: 'urn:xmpp:alt-connections:websocket', href})),
    })
  const xrd = `<?xml version='1.0' encoding='utf-8'?>
    <XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>
      <Link rel="urn:xmpp:alt-connections:xbosh" href="https://web.example.com:5280/bosh" />
      <Link rel="urn:xmpp:alt-connections:websocket" href="wss://web.example.com:443/ws" />
    </XRD>`
  let ca: Authority
  before(() => {
    ca = newAuthority()
  })
  afterEach(closeAll)
  /** The certificates that the clients of the web server sent. */
  let shown: unknown[]
  beforeEach(() => {
    shown = []
  })

  it('reads the JSON form', () =>
    assert.deepEqual(parseJrd(jrd('wss://web.example.com/ws')), [websocket]))
  it('reads the XML form', () => assert.deepEqual(parseXrd(xrd), [websocket]))

  for (const text of ['', 'null', '[]', '{"links": 1}', '{"links": [null, 1, {}]}', '<html>']) {
    it(`finds nothing in the JSON ${JSON.stringify(text)}`, () =>
      assert.deepEqual(parseJrd(text), []))
  }
  for (const text of ['', '<', '<html><br></p>', '<XRD><Link/></XRD>', '{}']) {
    it(`finds nothing in the XML ${JSON.stringify(text)}`, () =>
      assert.deepEqual(parseXrd(text), []))
  }
  it('accepts only wss: URLs', () =>
    assert.deepEqual(parseJrd(jrd('ws://h/', 'https://h/', 'wss://u:p@h/', 'wss://', 1)), []))

  /** A web server for localhost that answers a path from the table, and 404 else. */
  async function discover(
    pages: Record<string, [number, string]>,
    domains = ['localhost'],
    own: Partial<Trust> = {},
  ) {
    const asking = {...ca.issue({domains}), requestCert: true, rejectUnauthorized: false}
    const server = https.createServer(asking, ({socket, url = ''}, response) => {
      shown.push((socket as TLSSocket).getPeerX509Certificate()?.subject)
      const [status, text] = pages[url] ?? [404, 'no']
      response.writeHead(status, status === 302 ? {location: text} : {}).end(text)
    })
    const port = await listen(server)
    const trust = {ca: ca.cert, ...own}
    return discoverWebSocket(`localhost:${port}`, {signal: soon(), trust})
  }
  const JSON_PATH = '/.well-known/host-meta.json'
  const XML_PATH = '/.well-known/host-meta'

  it('asks for JSON', async () => {
    const pages = {[JSON_PATH]: [200, jrd('wss://web.example.com/ws')]} as Record<
      string,
      [number, string]
    >
    assert.deepEqual(await discover(pages), [websocket])
  })
  it('asks for XML if there is no JSON', async () =>
    assert.deepEqual(await discover({[XML_PATH]: [200, xrd]}), [websocket]))
  it('sends no client certificate and ignores the pin: both are for the XMPP server', async () => {
    const own = {...ca.issue({domains: ['client.example']}), pin: `sha256:${'A'.repeat(43)}`}
    await discover({[JSON_PATH]: [200, jrd(websocket.url)]}, ['localhost'], own)
    assert.deepEqual(shown, [undefined])
  })
  it('follows a redirect', async () =>
    assert.deepEqual(await discover({[JSON_PATH]: [302, '/x'], '/x': [200, jrd(websocket.url)]}), [
      websocket,
    ]))
  it('does not follow a redirect to HTTP', () =>
    assert.rejects(
      discover({[JSON_PATH]: [302, 'http://localhost/']}),
      failure('no-websocket', 68),
    ))
  it('does not follow a circle of redirects', () =>
    assert.rejects(discover({[JSON_PATH]: [302, JSON_PATH]}), failure('no-websocket', 68)))
  it('reports that the document does not exist', () =>
    assert.rejects(discover({}), failure('no-websocket', 68)))
  it('is temporary if the web server fails', () =>
    assert.rejects(discover({[JSON_PATH]: [503, '']}), failure('host-meta-failed', 75)))
  it('is temporary if the answer is incomplete', async () => {
    const server = https.createServer(ca.issue({domains: ['localhost']}), (_, response) => {
      response.writeHead(200, {'content-length': 1000}).write('{"links": [')
      setImmediate(() => response.socket?.end())
    })
    const port = await listen(server)
    await assert.rejects(
      discoverWebSocket(`localhost:${port}`, {signal: soon(), trust: {ca: ca.cert}}),
      failure('host-meta-failed', 75),
    )
  })
  it('stops to read an endless document', () =>
    assert.rejects(
      discover({[JSON_PATH]: [200, jrd('x'.repeat(1e6), websocket.url)]}),
      failure('no-websocket', 68),
    ))
  it('refuses the certificate of another host', () =>
    assert.rejects(discover({}, ['other.example']), failure('certificate-name-mismatch', 76)))
})
