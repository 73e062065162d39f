import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readFileSync} from 'node:fs'
import {createInterface} from 'node:readline/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import tls from 'node:tls'
import type {Pair} from './certificates.ts'
import {startEjabberd} from './ejabberd.ts'
import {accepts} from './ports.ts'
import {startProsody} from './prosody.ts'
import type {Hosts} from './prosody-config.ts'
import type {ServerOptions, TestServer} from './server.ts'

const starters: Record<string, (options: ServerOptions) => Promise<TestServer>> = {
  ejabberd: startEjabberd,
  prosody: startProsody,
}

const EXTERNAL = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>`
const ANONYMOUS = `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>`
const REGISTER = `<iq type='set' id='r'><query xmlns='jabber:iq:register'>
  <username>eve</username><password>secret</password></query></iq>`

describe('servers', () => {
  for (const [name, start] of Object.entries(starters)) {
    describe(name, () => {
      const certificateHost = name === 'prosody' ? 'certificates.localhost' : undefined
      let server: TestServer
      before(async () => {
        const options: ServerOptions & Hosts = {
          users: ['alice'],
          ...(certificateHost && {certificateHost}),
        }
        server = await start(options)
      })
      after(() => server.stop())

      it('signs in its users', async () => {
        assert.match(await ask(server, plain(server, 'alice')), /<success/)
        assert.match(await ask(server, plain(server, 'bob')), /<failure/)
      })

      it('accepts a client certificate in place of a password', async () => {
        const domain = certificateHost ?? server.domain
        const certificate = server.authority.issue({jids: [`alice@${domain}`]})
        assert.match(await ask(server, EXTERNAL, {domain, certificate}), /<success/)
        assert.match(await ask(server, EXTERNAL, {domain}), /<failure/)
      })

      // test/session/hold.test.ts and others restart a server that runs.
      it('keeps its data over a crash, and accepts new users', async () => {
        const {pid} = server
        process.kill(pid, 'SIGKILL')
        await server.restart()
        await server.addUsers(['bob'])
        assert.notEqual(server.pid, pid)
        assert.match(await ask(server, plain(server, 'alice')), /<success/)
        assert.match(await ask(server, plain(server, 'bob')), /<success/)
        assert.match(await ask(server, REGISTER), /<iq[^>]* type='result'/)
      })

      it('deletes its data and ends its processes', async () => {
        await server.stop()
        for (const port of [server.port, server.tlsPort, server.httpsPort])
          assert.equal(await accepts(port), false)
        assert.equal(isRunning(server.pid), false)
        assert.equal(existsSync(server.dir), false)
      })
    })

    it(`${name} can have closed registration and an expired certificate`, async () => {
      const server = await start({certificate: 'expired', registration: 'closed'})
      try {
        await assert.rejects(connect(server), {code: 'CERT_HAS_EXPIRED'})
        const answer = await ask(server, REGISTER, {insecure: true})
        assert.match(answer, /<iq[^>]* type='error'/)
      } finally {
        await server.stop()
      }
    })
  }

  it('prosody accepts anonymous users on its second host', async () => {
    const domain = 'guests.localhost'
    const server = await startProsody({anonymousHost: domain})
    try {
      assert.match(await ask(server, ANONYMOUS, {domain}), /<success/)
    } finally {
      await server.stop()
    }
  })

  it('prosody can require invitations for registration', async () => {
    const server = await startProsody({registration: 'invited'})
    try {
      assert.match(await ask(server, REGISTER), /<iq[^>]* type='error'/)
    } finally {
      await server.stop()
    }
  })

  it('prosody with SHA-256 signs in its users', async () => {
    const server = await startProsody({users: ['alice'], hash: 'SHA-256', iterations: 10_000})
    try {
      assert.match(await ask(server, plain(server, 'alice')), /<success/)
    } finally {
      await server.stop()
    }
  })

  it('an unknown module is an error that shows the log', () =>
    assert.rejects(
      startProsody({extra: 'modules_enabled = { "of_our_dreams" }'}),
      /Unable to load module 'of_our_dreams'/,
    ))

  it('a server does not outlive the process that started it', async () => {
    const script = `
      import {startProsody} from '${import.meta.dirname}/prosody.ts'
      startProsody().then(({pid, dir}) => console.log(JSON.stringify({pid, dir})))`
    const parent = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string]
    const {pid, dir} = JSON.parse(line) as {pid: number; dir: string}
    assert.equal(isRunning(pid), true)
    parent.kill('SIGKILL')
    while (isRunning(pid) || existsSync(dir)) await sleep(20) // mocha's timeout is the limit
  })
})

interface Client {
  domain?: string
  certificate?: Pair
  /** Accepts any certificate of the server. */
  insecure?: boolean
}

async function connect(
  server: TestServer,
  {domain = server.domain, certificate, insecure = false}: Client = {},
): Promise<tls.TLSSocket> {
  const socket = tls.connect({
    ...certificate,
    ca: readFileSync(server.ca),
    port: server.tlsPort,
    host: '127.0.0.1',
    servername: domain,
    rejectUnauthorized: !insecure,
  })
  await once(socket, 'secureConnect')
  return socket
}

/** The first answer of the server to a request before the sign-in. */
async function ask(server: TestServer, question: string, client: Client = {}): Promise<string> {
  const {domain = server.domain} = client
  const socket = await connect(server, client)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  socket.write(`<stream:stream to='${domain}' version='1.0' xmlns='jabber:client'
    xmlns:stream='http://etherx.jabber.org/streams'>`)
  while (!text.includes('</stream:features>')) await once(socket, 'data')
  text = ''
  socket.write(question)
  while (!/<(success|failure|iq).*>/s.test(text)) await once(socket, 'data')
  socket.destroy()
  return text
}

function plain(server: TestServer, name: string): string {
  const initial = Buffer.from(`\0${name}\0${server.account(name).password}`).toString('base64')
  return `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${initial}</auth>`
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // ESRCH: no such process
  }
}
