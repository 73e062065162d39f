import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {createHash, createPrivateKey, X509Certificate} from 'node:crypto'
import {once} from 'node:events'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import net from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import tls from 'node:tls'
import {promisify} from 'node:util'
import {build} from 'esbuild'
import {Failure} from '../../../src/errors.ts'
import {
  channelBinding,
  checkTrust,
  connectTls,
  type SecureOptions,
} from '../../../src/session/tls/tls.ts'
import type {Trust} from '../../../src/session/types.ts'
import {type Authority, newAuthority, type Pair, selfSigned} from '../../support/certificates.ts'
import {closeAll, listen, soon} from '../loopback.ts'

const PAST = {from: new Date('2020-01-01'), until: new Date('2021-02-03')}

const pinOf = ({cert}: Pair): Buffer => {
  const {publicKey} = new X509Certificate(cert)
  return createHash('sha256')
    .update(publicKey.export({type: 'spki', format: 'der'}))
    .digest()
}

describe('tls', () => {
  let ca: Authority
  let good: Pair
  let trust: Trust
  before(() => {
    ca = newAuthority('Test Authority')
    good = ca.issue({domains: ['example.org']})
    trust = {domain: 'example.org', ca: ca.cert}
  })
  afterEach(closeAll)

  async function connectTo(server: net.Server): Promise<net.Socket> {
    const socket = net.connect(await listen(server), '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }

  async function open(
    pair: tls.TlsOptions,
    by: Trust = trust,
    options: Partial<SecureOptions> = {},
  ): Promise<tls.TLSSocket> {
    const server = tls.createServer(pair, (socket) => socket.on('error', () => {}).pipe(socket))
    const socket = await connectTls(await connectTo(server), by, {signal: soon(), ...options})
    return socket.on('error', () => {})
  }

  async function refused(opening: Promise<unknown>, code: string, exitCode = 76): Promise<Failure> {
    const error = await opening.then(
      () => assert.fail('it was accepted'),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof Failure, String(error))
    assert.deepEqual([error.code, error.exitCode, error.stage], [code, exitCode, 'tls'])
    return error
  }

  describe('certificates', () => {
    it('accepts one for the domain', async () => {
      const socket = await open(good)
      socket.write('hello')
      assert.equal(String((await once(socket, 'data'))[0]), 'hello')
      socket.destroy()
    })

    for (const [subject, domain] of [
      [{domains: ['*.example.org']}, 'chat.example.org'],
      [{domains: ['xn--bcher-kva.example']}, 'bücher.example'],
      [{domains: ['EXAMPLE.org']}, 'Example.ORG'],
      [{addresses: ['127.0.0.1']}, '127.0.0.1'],
      [{addresses: ['::1']}, '[::1]'],
    ] as const) {
      it(`accepts one for ${Object.values(subject).flat()} at ${domain}`, async () => {
        const socket = await open(ca.issue(subject), {...trust, domain})
        socket.destroy()
      })
    }

    for (const [subject, domain] of [
      [{domains: ['other.example']}, 'example.org'],
      [{domains: ['example.org.evil.example']}, 'example.org'],
      [{domains: ['*.example.org']}, 'example.org'],
      [{domains: ['*.example.org']}, 'a.b.example.org'],
      [{domains: ['ex*.example.org']}, 'exact.example.org'],
      [{domains: ['127.0.0.1']}, '127.0.0.1'],
      [{domains: []}, 'example.org'],
    ] as const) {
      it(`refuses one for ${Object.values(subject).flat()} at ${domain}`, async () => {
        const opening = open(ca.issue(subject), {...trust, domain})
        const {message} = await refused(opening, 'certificate-name-mismatch')
        assert.ok(message.includes(`not for ${domain}`), message)
      })
    }

    it('names the domains of a certificate, and its pin', async () => {
      const pair = ca.issue({domains: ['a.example', 'b.example'], addresses: ['10.0.0.1']})
      const {message, hint} = await refused(open(pair), 'certificate-name-mismatch')
      assert.equal(
        message,
        'The certificate is for a.example, b.example, 10.0.0.1, not for example.org',
      )
      assert.ok(hint?.includes(`--tls-pin sha256:${pinOf(pair).toString('base64')}`))
    })

    it('accepts one for the host of a WebSocket URL, or for the domain', async () => {
      for (const name of ['web.example', 'example.org']) {
        const socket = await open(ca.issue({domains: [name]}), trust, {host: 'web.example'})
        socket.destroy()
      }
      const neither = open(ca.issue({domains: ['third.example']}), trust, {host: 'web.example'})
      await refused(neither, 'certificate-name-mismatch')
    })

    it('refuses an unknown issuer, and names it', async () => {
      const {message, hint} = await refused(
        open(good, {domain: 'example.org'}),
        'certificate-untrusted',
      )
      assert.match(message, /issued by Test Authority, which is not trusted/)
      assert.match(hint ?? '', /--ca-file/)
    })

    it('refuses one that is signed by itself', async () => {
      const pair = selfSigned({domains: ['example.org']})
      const {message} = await refused(open(pair, {domain: 'example.org'}), 'certificate-untrusted')
      assert.match(message, /signed by itself/)
    })

    it('refuses one of an authority with the same name', async () => {
      const impostor = newAuthority('Test Authority')
      const pair = impostor.issue({domains: ['example.org']})
      await refused(open(pair), 'certificate-untrusted')
    })

    it('refuses an expired one, and names the date', async () => {
      const pair = ca.issue({domains: ['example.org'], ...PAST})
      const {message} = await refused(open(pair), 'certificate-expired')
      assert.equal(message, 'The certificate of example.org expired on 2021-02-03')
    })

    it('refuses one that is not valid yet, and suggests to check the clock', async () => {
      const pair = ca.issue({
        domains: ['example.org'],
        from: new Date('2048-01-01'),
        until: new Date('2049-01-01'),
      })
      const {hint} = await refused(open(pair), 'certificate-not-yet-valid')
      assert.match(hint ?? '', /clock/)
    })

    it('closes the connection that it refuses', async () => {
      const server = tls.createServer(good)
      const stream = await connectTo(server)
      const closed = once(stream, 'close')
      await refused(
        connectTls(stream, {...trust, domain: 'other.example'}, {signal: soon()}),
        'certificate-name-mismatch',
      )
      await closed
    })

    it('also trusts NODE_EXTRA_CA_CERTS if a CA is given', async () => {
      const other = newAuthority('Other')
      const pair = other.issue({domains: ['example.org']})
      const port = await listen(tls.createServer(pair))
      const dir = mkdtempSync(path.join(tmpdir(), 'extra-ca-'))
      const file = path.join(dir, 'other.pem')
      const module = path.join(dir, 'tls.mjs')
      writeFileSync(file, other.cert)
      const entry = path.join(import.meta.dirname, '../../../src/session/tls/tls.ts')
      const format = {bundle: true, platform: 'node', format: 'esm'} as const
      await build({...format, entryPoints: [entry], outfile: module})
      const script = `
        import net from 'node:net'
        import {connectTls} from ${JSON.stringify(module)}
        const stream = net.connect(${port}, '127.0.0.1').on('connect', async () => {
          const trust = {domain: 'example.org', ca: process.env.GIVEN}
          const socket = await connectTls(stream, trust, {signal: AbortSignal.timeout(5000)})
          socket.end()
          process.stdout.write('trusted')
        })`
      const env = {...process.env, GIVEN: ca.cert, NODE_EXTRA_CA_CERTS: file}
      const args = ['--input-type=module', '-e', script]
      const {stdout} = await promisify(execFile)(process.execPath, args, {env}).finally(() =>
        rmSync(dir, {recursive: true}),
      )
      assert.equal(stdout, 'trusted')
    })
  })

  describe('pin', () => {
    for (const [form, text] of [
      ['base64', (hash: Buffer) => hash.toString('base64')],
      ['hex', (hash: Buffer) => hash.toString('hex').toUpperCase()],
      ['base64url', (hash: Buffer) => hash.toString('base64url')],
    ] as const) {
      it(`accepts the pinned key with any certificate (${form})`, async () => {
        const pair = ca.issue({domains: ['other.example'], ...PAST})
        const socket = await open(pair, {domain: 'example.org', pin: `sha256:${text(pinOf(pair))}`})
        socket.destroy()
      })
    }

    it('refuses another key, even with a valid certificate', async () => {
      const pin = `sha256:${pinOf(ca).toString('base64')}`
      const {hint} = await refused(open(good, {...trust, pin}), 'certificate-pin-mismatch')
      assert.ok(hint?.includes(pinOf(good).toString('base64')))
      await refused(open(good, {...trust, pin, insecure: true}), 'certificate-pin-mismatch')
    })
  })

  it('checks nothing with --insecure', async () => {
    const socket = await open(ca, {domain: 'example.org', insecure: true})
    socket.destroy()
  })

  it('sends the domain as the server name, in ASCII, and no IP address', async () => {
    const seen: Array<string | false | null> = []
    for (const domain of ['bücher.example', '127.0.0.1']) {
      const server = tls.createServer(good, (socket) => seen.push(socket.servername))
      const accepted = once(server, 'secureConnection')
      const socket = await connectTls(
        await connectTo(server),
        {domain, insecure: true},
        {signal: soon()},
      )
      await accepted
      socket.destroy()
    }
    assert.deepEqual(seen, ['xn--bcher-kva.example', false])
  })

  it('sends the client certificate', async () => {
    const own = ca.issue({domains: ['juliet.example']})
    const server = tls.createServer({...good, ca: ca.cert, requestCert: true})
    const accepted = once(server, 'secureConnection')
    const socket = await connectTls(await connectTo(server), {...trust, ...own}, {signal: soon()})
    const [peer] = await accepted
    assert.equal(peer.authorized, true)
    assert.equal(peer.getPeerX509Certificate().subjectAltName, 'DNS:juliet.example')
    socket.destroy()
  })

  it('accepts a paused connection', async () => {
    const paused = await connectTo(tls.createServer(good))
    paused.pause()
    ;(await connectTls(paused, trust, {signal: soon()})).destroy()
  })

  describe('ALPN', () => {
    const alpn = 'xmpp-client'
    it('asks for XMPP', async () => {
      const socket = await open({...good, ALPNProtocols: ['h2', alpn]}, trust, {alpn})
      assert.equal(socket.alpnProtocol, alpn)
      socket.destroy()
    })
    it('accepts a server without ALPN', async () => {
      const socket = await open(good, trust, {alpn})
      assert.equal(socket.alpnProtocol, false)
      socket.destroy()
    })
    it('refuses a server with another protocol', async () => {
      const opening = open({...good, ALPNProtocols: ['h2']}, trust, {alpn})
      const {message} = await refused(opening, 'tls-error')
      assert.match(message, /does not offer XMPP/)
    })
  })

  describe('channel binding', () => {
    it('is the exported keying material of TLS 1.3, the same on both sides', async () => {
      const server = tls.createServer(good)
      const accepted = once(server, 'secureConnection')
      const socket = await connectTls(await connectTo(server), trust, {signal: soon()})
      const [peer] = await accepted
      const theirs = peer.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0))
      assert.equal(theirs.length, 32)
      assert.deepEqual(channelBinding(socket), theirs)
      socket.destroy()
    })
    it('is not available with TLS 1.2', async () => {
      const socket = await open({...good, maxVersion: 'TLSv1.2'})
      assert.equal(channelBinding(socket), undefined)
      socket.destroy()
    })
  })

  describe('a handshake that fails', () => {
    const answering = (text: string): Promise<net.Socket> =>
      connectTo(net.createServer((socket) => void socket.once('data', () => socket.end(text))))
    const handshake = (stream: net.Socket, signal = soon()): Promise<unknown> =>
      connectTls(stream, trust, {signal})

    for (const text of ["<?xml version='1.0'?><stream:stream>", 'HTTP/1.1 400 Bad Request\r\n']) {
      it(`names a server without TLS: ${text.slice(0, 8)}`, async () => {
        const {hint} = await refused(handshake(await answering(text)), 'tls-error')
        assert.match(hint ?? '', /xmpp:\/\/.*xmpps:\/\//)
      })
    }
    it('is temporary after a closed connection', async () =>
      void (await refused(handshake(await answering('')), 'connection-lost', 75)))
    it('is temporary after a reset', async () => {
      const server = net.createServer(
        (socket) => void socket.once('data', () => socket.resetAndDestroy()),
      )
      await refused(handshake(await connectTo(server)), 'connection-lost', 75)
    })
    it('refuses TLS before 1.2', async () => {
      const old = {minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0'} as const
      const {message} = await refused(open({...good, ...old}), 'tls-error')
      assert.match(message, /version/)
    })
    it('stops with the reason of its signal', async () => {
      const abort = new AbortController()
      const reason = new Failure('deadline', 'Out of time', 124)
      setTimeout(() => abort.abort(reason), 50)
      const stream = await connectTo(net.createServer((socket) => void socket.resume()))
      const closed = once(stream, 'close')
      await assert.rejects(handshake(stream, abort.signal), reason)
      await closed
    })
  })

  describe('checkTrust', () => {
    const bad = (code: string, wrong: Partial<Trust>): void =>
      assert.throws(
        () => checkTrust({domain: 'example.org', ...wrong}),
        (error) => error instanceof Failure && error.code === code && error.exitCode === 78,
      )

    it('accepts valid files', () => {
      checkTrust({domain: 'example.org'})
      const pin = `sha256:${pinOf(good).toString('hex')}`
      checkTrust({...trust, ...good, ca: `# a comment\n${ca.cert}${good.cert}`, pin})
    })
    it('refuses an invalid CA', () => {
      const mangled = ca.cert.replace(/\n..../, '\nAAAA')
      for (const wrong of ['', 'hello', good.key, mangled]) bad('bad-ca-file', {ca: wrong})
      bad('bad-ca-file', {ca: ca.cert + mangled})
    })
    it('refuses a client certificate without its key', () => {
      bad('bad-client-cert', {cert: good.cert})
      bad('bad-client-cert', {key: good.key})
      bad('bad-client-cert', {cert: good.cert, key: ca.key})
      bad('bad-client-cert', {cert: 'hello', key: good.key})
    })
    it('refuses a key that is locked by a passphrase', () => {
      const cipher = {cipher: 'aes-256-cbc', passphrase: 'secret'}
      const locked = createPrivateKey(good.key).export({type: 'pkcs8', format: 'pem', ...cipher})
      bad('bad-client-cert', {cert: good.cert, key: String(locked)})
    })
    it('refuses an invalid pin', () => {
      const base64 = pinOf(good).toString('base64')
      for (const pin of [
        '',
        'sha256:',
        base64,
        `sha1:${base64}`,
        `sha256:${base64}x`,
        'sha256:abc',
      ]) {
        bad('bad-tls-pin', {pin})
      }
    })
  })
})
