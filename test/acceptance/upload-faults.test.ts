/** Uploads that the XMPP service or the web server refuses, loses or does not answer. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import type {Duplex} from 'node:stream'
import {atTerminal} from '../cli/terminal.ts'
import {signInClient} from '../support/admit.ts'
import {newAuthority} from '../support/certificates.ts'
import {finish, start} from '../support/cli.ts'
import {type HttpExchange, type HttpsService, startHttpsService} from '../support/https-service.ts'
import {listen} from '../support/loopback.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import {authority, newScriptedSession} from '../support/scripted-session.ts'
import {
  NS_UPLOAD as NS,
  type UploadScript as Service,
  serveUploads as serve,
  slotAt,
} from '../support/upload-script.ts'

const TEXT = 'good morning'
const pair = authority.issue({domains: ['localhost']})

const limit = (bytes: number): string =>
  `<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>${NS}</value></field>
    <field var='max-file-size'><value>${bytes}</value></field></x>`

describe('faults of upload', () => {
  const {closeAfterEach, env, run, startServer} = newScriptedSession()
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'upload-'))
    writeFileSync(path.join(dir, 'note.txt'), TEXT)
  })
  afterEach(() => rmSync(dir, {recursive: true}))

  const web = async (answer?: (exchange: HttpExchange) => boolean | Promise<boolean>, by = pair) =>
    closeAfterEach(await startHttpsService(by, answer))

  async function upload(service: Service, words = 'note.txt', changed: NodeJS.ProcessEnv = {}) {
    const at = await startServer((peer) => serve(peer, service))
    const outcome = await run(`upload ${words} --json`, {
      at,
      env: {XDG_STATE_HOME: path.join(dir, 'state'), ...changed},
      input: '',
    })
    const result = JSON.parse(outcome.stdout)
    if (result.files) assertMatchesSchema(result, 'upload')
    else assertMatchesSchema(result, 'error')
    const error = result.error ?? result.files[0].error
    if (error) {
      assert.equal(outcome.status, error.exitCode)
      assert.ok(outcome.stderr.includes(error.message), outcome.stderr)
    }
    return {...outcome, result, error, sent: (await at.received()).join('')}
  }
  const withLocalFile = (words: string): string =>
    words.replaceAll('note.txt', path.join(dir, 'note.txt'))
  const slots = ({url}: HttpsService): Service => ({
    slot: (serial) => slotAt(url(`${serial}/note`)),
  })

  it('status 500 twice, then 201: each attempt has a slot of its own, and the file is stored once', async () => {
    let failures = 2
    const service = await web(({request, response}) => {
      if (failures-- <= 0) return false
      request.resume().on('end', () => response.writeHead(500).end())
      return true
    })
    const {result, status} = await upload(slots(service), withLocalFile('note.txt --retry 2'))
    assert.equal(status, 0)
    assert.equal(result.files[0].url, service.url('3/note'))
    assert.deepEqual([...service.stored].map(String), [`/3/note,${TEXT}`])
    assert.deepEqual(service.requests, ['PUT /1/note', 'PUT /2/note', 'PUT /3/note'])
  })

  it('a lost answer: a request shows that the server has the file', async () => {
    const service = await web(async ({request, store}) => {
      if (request.method !== 'PUT') return false
      await store()
      request.socket.destroy()
      return true
    })
    const {result, status} = await upload(slots(service), withLocalFile('note.txt --retry 2'))
    assert.deepEqual([status, result.files[0].url], [0, service.url('1/note')])
    assert.deepEqual(service.requests, ['PUT /1/note', 'HEAD /1/note'])
  })

  it('a lost answer: a request shows that the server does not have the file', async () => {
    let losses = 1
    const service = await web(({request}) => {
      if (request.method !== 'PUT' || losses-- <= 0) return false
      request.resume().on('end', () => request.socket.destroy())
      return true
    })
    const {status} = await upload(slots(service), withLocalFile('note.txt --retry 1'))
    assert.equal(status, 0)
    assert.deepEqual(service.requests, ['PUT /1/note', 'HEAD /1/note', 'PUT /2/note'])
  })

  it('a lost answer, and a server that does not answer: 74', async () => {
    const service = await web(({request}) => {
      request.resume().on('end', () => request.socket.destroy())
      return true
    })
    const {error} = await upload(slots(service), withLocalFile('note.txt --retry 2'))
    assert.deepEqual([error.code, error.exitCode], ['unknown-outcome', 74])
    assert.deepEqual(service.requests, ['PUT /1/note', 'HEAD /1/note'])
  })

  for (const [status, exitCode, code] of [
    [413, 65, 'too-large'],
    [403, 77, 'forbidden'],
    [503, 75, 'http-unavailable'],
    [302, 76, 'redirected'],
    [400, 69, 'http-refused'],
  ] as const)
    it(`status ${status}: ${exitCode}`, async () => {
      const service = await web(({response}) => {
        response.writeHead(status, {location: service.url('other'), 'retry-after': '120'}).end()
        return true
      })
      const {error} = await upload(slots(service), withLocalFile('note.txt'))
      assert.deepEqual([error.code, error.exitCode], [code, exitCode])
      assert.equal('retryAfter' in error, status === 503)
      assert.deepEqual(service.requests, ['PUT /1/note'])
    })

  it('the certificate of another CA: 76, and no byte of the file is sent', async () => {
    const service = await web(undefined, newAuthority('Other').issue({domains: ['localhost']}))
    const {error} = await upload(slots(service), withLocalFile('note.txt'))
    assert.deepEqual([error.code, error.exitCode], ['certificate-untrusted', 76])
    assert.ok(!error.hint.includes('tls-pin'))
    assert.deepEqual(service.requests, [])
  })

  it('sends the headers that the XEP allows, without line breaks, and no others', async () => {
    const service = await web()
    const header = (name: string, value: string): string =>
      `<header name='${name}'>${value}</header>`
    const headers =
      header('Authorization', 'Bearer a\nb') +
      header('eXpires', 'never') +
      header('Cookie', 'a=1') +
      header('Host', 'evil.example') +
      header('X-Evil', 'x') +
      header('Authorization\nX-Evil', 'x')
    const {status} = await upload(
      {slot: () => slotAt(service.url('a'), service.url('a'), headers)},
      withLocalFile('note.txt'),
    )
    assert.equal(status, 0)
    const {
      authorization,
      cookie,
      expires,
      host,
      'content-length': length,
    } = service.headers.at(-1) ?? {}
    assert.deepEqual(
      [authorization, cookie, expires, host, length],
      ['Bearer ab', 'a=1', 'never', `localhost:${service.port}`, String(TEXT.length)],
    )
    assert.ok(!('x-evil' in (service.headers.at(-1) ?? {})))
  })

  it('no log has the headers of a slot or the file, and no temporary file remains', async () => {
    const service = await web()
    const headers = `<header name='Authorization'>Bearer canary-4711</header>`
    const at = await startServer((peer) =>
      serve(peer, {slot: () => slotAt(service.url('a'), service.url('a'), headers)}),
    )
    const temporary = path.join(dir, 'tmp')
    mkdirSync(temporary)
    const {status, stderr, stdout} = await run(withLocalFile('upload - --debug'), {
      ...{at, input: 'canary in the file'},
      env: {TMPDIR: temporary},
    })
    assert.equal(status, 0)
    assert.deepEqual([...service.stored.values()].map(String), ['canary in the file'])
    assert.deepEqual(readdirSync(temporary), [])
    assert.equal(service.headers.at(-1)?.authorization, 'Bearer canary-4711')
    assert.match(stderr, /<header name="Authorization">\[18 characters hidden\]/)
    assert.ok(!`${stdout}${stderr}`.includes('canary'))
  })

  it('no place for the temporary file: 73, and the variable that names another', async () => {
    const {error} = await upload({slot: () => assert.fail('a request')}, '-', {
      TMPDIR: path.join(dir, 'missing'),
    })
    assert.deepEqual([error.code, error.exitCode], ['cannot-create', 73])
    assert.ok(error.message.includes(`a temporary file in ${path.join(dir, 'missing')}:`))
    assert.match(error.hint, /^Set TMPDIR to a folder /)
  })

  it('a file above the announced limit: 65, and no slot is requested', async () => {
    const {error, sent} = await upload(
      {form: limit(5), slot: () => assert.fail('a request')},
      withLocalFile('note.txt'),
    )
    assert.deepEqual([error.code, error.exitCode], ['too-large', 65])
    assert.equal(
      error.message,
      'note.txt has 12 bytes, and upload.localhost accepts at most 5 bytes',
    )
    assert.ok(!sent.includes('filename'))
  })

  it('a refusal of the service: its limit, and the time before which a retry is useless', async () => {
    const stanzas = "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
    const large = `<error type='modify'><not-acceptable ${stanzas}/>
      <file-too-large xmlns='${NS}'><max-file-size>9</max-file-size></file-too-large></error>`
    const first = await upload({slot: () => large}, withLocalFile('note.txt'))
    assert.deepEqual([first.error.code, first.error.exitCode], ['too-large', 65])
    assert.match(first.error.message, /at most 9 bytes/)
    const quota = `<error type='wait'><resource-constraint ${stanzas}/>
      <retry xmlns='${NS}' stamp='2117-12-03T23:42:05Z'/></error>`
    const second = await upload({slot: () => quota}, withLocalFile('note.txt --retry 2'))
    assert.equal(second.error.exitCode, 75)
    assert.equal(second.error.retryAfter, '2117-12-03T23:42:05.000Z')
    const forbidden = `<error type='auth'><forbidden ${stanzas}/></error>`
    assert.equal(
      (await upload({slot: () => forbidden}, withLocalFile('note.txt'))).error.exitCode,
      77,
    )
  })

  for (const [what, slot] of [
    ['without https', slotAt('http://localhost/a')],
    ['with a password in the address', slotAt('https://a:b@localhost/a')],
    ['without a download address', `<slot xmlns='${NS}'><put url='https://localhost/'/></slot>`],
    ['of another kind', "<query xmlns='urn:other'/>"],
    ['that is empty', ''],
  ] as const)
    it(`a slot ${what}: 76`, async () => {
      const {error} = await upload({slot: () => slot}, withLocalFile('note.txt'))
      assert.deepEqual([error.code, error.exitCode], ['malformed-answer', 76])
    })

  it('one of several files fails: the others have their URLs', async () => {
    const service = await web(({request, response}) => {
      if (!request.url?.startsWith('/2/')) return false
      response.writeHead(403).end()
      return true
    })
    const {result, status} = await upload(
      slots(service),
      withLocalFile('note.txt note.txt note.txt'),
    )
    const exits = result.files.map(({error}: {error: {exitCode: number} | null}) => error?.exitCode)
    assert.deepEqual([status, exits], [77, [undefined, 77, undefined]])
  })

  it('a saved service is used again, and searched again when it refuses', async () => {
    const service = await web()
    const gone = `<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
    const slot = (serial: number): string =>
      serial === 3 ? gone : slotAt(service.url(`${serial}`))
    const script = {slot}
    const at = await startServer((peer) => serve(peer, script))
    for (const url of ['1', '2', '4']) {
      const {status, stdout} = await run(withLocalFile('upload note.txt'), {at})
      assert.deepEqual([status, stdout], [0, `${service.url(url)}\n`])
    }
    const searches = (await at.received()).map((text) => text.includes('disco#items'))
    assert.deepEqual(searches, [true, false, true])
  })

  it('a connection that is cut while a slot is requested: the session is opened again', async () => {
    const service = await web()
    let cuts = 1
    const {slot} = slots(service)
    const at = await startServer(async (peer) => {
      const cutOrSlot = (serial: number): string => {
        if (cuts-- > 0) peer.reset()
        return slot(serial)
      }
      await serve(peer, {slot: cutOrSlot})
    })
    const {status} = await run(withLocalFile('upload note.txt --retry 1'), {at})
    assert.deepEqual([status, service.requests], [0, ['PUT /1/note']])
  })

  it('silence: 124 after --timeout', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await peer.read('</stream:stream>')
    })
    const silent = await run(withLocalFile('upload note.txt --timeout 2s --json'), {at})
    assert.deepEqual([silent.status, JSON.parse(silent.stdout).error.code], [124, 'timeout'])
  })

  for (const scheme of ['http', 'socks5h'])
    it(`goes through an ${scheme} proxy, to the XMPP server and to the web server`, async () => {
      const service = await web()
      const targets: string[] = []
      const forward = (client: Duplex, target: string, accepted: string | Buffer): void => {
        targets.push(target)
        const upstream = net.connect(Number(target.split(':').at(-1)), '127.0.0.1', () => {
          client.write(accepted)
          client.pipe(upstream).pipe(client)
        })
        upstream.on('error', () => client.destroy())
      }
      const connect = http.createServer().on('connect', ({url = ''}, client) => {
        forward(client, url, 'HTTP/1.1 200 Connection established\r\n\r\n')
      })
      const socks = net.createServer(async (client) => {
        const next = async (): Promise<Buffer> => (await once(client, 'data'))[0]
        await next()
        client.write(Buffer.of(5, 0)) // no password
        const request = await next()
        const port = request.readUInt16BE(request.length - 2)
        const host = request[3] === 3 ? request.subarray(5, -2) : request.subarray(4, -2).join('.')
        forward(client, `${host}:${port}`, Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0))
      })
      const {port} = closeAfterEach(await listen(scheme === 'http' ? connect : socks))
      const XMPP_PROXY = `${scheme}://127.0.0.1:${port}`
      const {status} = await upload(slots(service), withLocalFile('note.txt'), {XMPP_PROXY})
      assert.equal(status, 0)
      assert.match(targets[0] ?? '', /^127\.0\.0\.1:\d+$/)
      assert.deepEqual(targets.slice(1), [`localhost:${service.port}`])
    })

  it('shows a progress bar on a terminal', async () => {
    let proceed = (): void => {}
    const isSeen = new Promise<void>((resolve) => {
      proceed = resolve
    })
    const service = await web(async () => {
      await isSeen // until then, the service reads nothing
      return false
    })
    const at = await startServer((peer) => serve(peer, slots(service)))
    truncateSync(path.join(dir, 'note.txt'), 16_000_000)
    const own = {...env(at), TERM: 'xterm'}
    await atTerminal(withLocalFile('xmpp upload note.txt'), own, async (terminal) => {
      await terminal.see(/█░+ \d+\.\d MB\/16\.0 MB/)
      proceed()
      const screen = await terminal.see(/exit 0/)
      assert.match(screen, /^https:\/\/localhost:\d+\/1\/note\nexit 0/)
    })
  })

  it('an interrupt ends the transfer', async () => {
    const service = await web(({request}) => {
      child.kill('SIGINT')
      request.resume()
      return true
    })
    const at = await startServer((peer) => serve(peer, slots(service)))
    const child = start(withLocalFile('exec xmpp upload note.txt --json'), env(at))
    const {status, stdout} = await finish(child)
    assert.equal(status, 130)
    assert.match(stdout, /"code":"(?:interrupted|unknown-outcome)"/)
  })
})
