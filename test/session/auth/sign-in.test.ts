import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, type Outcome} from '../../support/cli.ts'
import {type ProsodyOptions, startProsody} from '../../support/prosody.ts'
import {runXmpp} from '../../support/runner.ts'
import type {TestServer} from '../../support/server.ts'
import {sharedEjabberd} from '../../support/shared-ejabberd.ts'

const servers: Record<string, () => Promise<TestServer>> = {
  prosody: () => startProsody(),
  ejabberd: () => sharedEjabberd(),
}

/** The result of one sign-in. */
interface Identity {
  jid: string
  mechanism: string
  server: {kind: string}
  tls: {protocol: string; channelBinding: boolean}
}

describe('sign-in', function () {
  this.timeout(60_000)
  let serial = 0

  async function newUser(server: TestServer): Promise<NodeJS.ProcessEnv & {ALICE: string}> {
    const name = `alice-${serial++}`
    await server.addUsers([name])
    const state = path.join(server.dir, `state-${name}`)
    return {...environment(server, name), ALICE: `${name}@${server.domain}`, XDG_STATE_HOME: state}
  }

  async function whoami(env: NodeJS.ProcessEnv): Promise<Identity> {
    const {status, stderr, stdout} = await runXmpp('whoami --json', env)
    assert.equal(status, 0, stdout + stderr)
    return JSON.parse(stdout)
  }

  for (const [name, start] of Object.entries(servers)) {
    describe(`at ${name}`, () => {
      let server: TestServer
      before(async () => {
        server = await start()
      })
      after(() => server.stop())

      for (const [kind, uri] of Object.entries({
        tls: ({tlsPort}: TestServer) => `xmpps://127.0.0.1:${tlsPort}`,
        starttls: ({port}: TestServer) => `xmpp://127.0.0.1:${port}`,
        wss: ({wsUrl}: TestServer) => wsUrl.replace('127.0.0.1', 'localhost'),
      })) {
        it(`uses SCRAM over ${kind}`, async () => {
          const env = await newUser(server)
          const identity = await whoami({...env, XMPP_SERVER: uri(server)})
          assert.equal(identity.server.kind, kind)
          assert.match(identity.mechanism, /^SCRAM-SHA-/)
          assert.equal(identity.tls.protocol, 'TLSv1.3')
        })
      }

      it('binds the requested resource', async () => {
        const env = await newUser(server)
        const {jid} = await whoami({...env, XMPP_JID: `${env.ALICE}/desk`})
        assert.equal(jid, `${env.ALICE}/desk`)
      })

      it('succeeds five times at once', async () => {
        const env = await newUser(server)
        const runs = await Promise.all(Array.from({length: 5}, () => whoami(env)))
        assert.equal(new Set(runs.map(({jid}) => jid)).size, 5)
      })

      it('accepts a password with letters outside ASCII', async () => {
        const env = await newUser(server)
        const secret = path.join(server.dir, `secret-${serial}`)
        writeFileSync(secret, 'Grüße\u00a0und Küsse\n', {mode: 0o600})
        const {status, stderr} = await runXmpp(`password set --new-password-file ${secret}`, env)
        assert.equal(status, 0, stderr)
        const fresh = {...env, XDG_STATE_HOME: `${env.XDG_STATE_HOME}-fresh`}
        assert.equal(
          (await runXmpp('ping', {...fresh, XMPP_PASSWORD: 'Grüße und Küsse'})).status,
          0,
        )
        assert.equal((await runXmpp('ping', {...env, XDG_STATE_HOME: '/dev/null/none'})).status, 77)
      })

      it('shows no secret with --debug', async () => {
        const env = await newUser(server)
        const password = env.XMPP_PASSWORD ?? ''
        for (const round of ['with the password', 'with a token, where there are any']) {
          const {status, stderr} = await runXmpp('ping --debug', env)
          assert.equal(status, 0)
          assert.match(stderr, /^ +\d+\.\d{3} auth +--> <stream:stream /m, round)
          assert.match(stderr, /^ +\d+\.\d{3} close +--> <\/stream:stream>$/m)
          assert.ok(!stderr.includes(password))
          assert.ok(!stderr.includes(Buffer.from(password).toString('base64').slice(0, -3)))
          assert.doesNotMatch(stderr, /(token|<response|<initial-response)[^>]*[>"'=][\w+/]{20}/)
        }
      })
    })
  }

  const offers: Record<string, [options: ProsodyOptions, mechanism: RegExp]> = {
    'a server without SASL2': [{sasl2: false}, /^SCRAM-SHA-1-PLUS$/],
    'a server with stronger keys': [{hash: 'SHA-256'}, /^SCRAM-SHA-256-PLUS$/],
  }
  for (const [what, [options, mechanism]] of Object.entries(offers)) {
    it(`at ${what}`, async () => {
      const server = await startProsody(options)
      try {
        const env = await newUser(server)
        assert.match((await whoami(env)).mechanism, mechanism)
        const wrong: Outcome = await runXmpp('ping', {
          ...env,
          XMPP_PASSWORD: 'wrong',
          XDG_STATE_HOME: '/dev/null/none',
        })
        assert.equal(wrong.status, 77)
      } finally {
        await server.stop()
      }
    })
  }
})
