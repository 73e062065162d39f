/** XEP-0484: a token in the state folder replaces the password while it is valid. */
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {answerRequests, NS_SASL, offer, readRequest} from '../support/admit.ts'
import {environment, type Outcome, sh} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {newScriptedSession} from '../support/scripted-session.ts'
import type {ServerOptions, TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const TOKEN = /^HT-SHA-256-EXPR$/
const PASSWORD = /^SCRAM-/

type Env = NodeJS.ProcessEnv

// Refusals of ejabberd need --retry: it resets the connection after its refusal, and rarely the reset arrives first.
// Then the outcome is unknown, and the exit code is 75 or 74.

for (const [name, start] of Object.entries({prosody: startProsody, ejabberd: startEjabberd})) {
  describe(`a token of ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    let serial = 0
    before(async () => {
      server = await (name === 'ejabberd' ? sharedEjabberd() : start())
    })
    after(() => server.stop())

    const newUser = async (at = server): Promise<Env> => {
      const user = `user-${serial++}`
      await at.addUsers([user])
      return {...environment(at, user), XDG_STATE_HOME: path.join(at.dir, `state-${user}`)}
    }

    it('replaces the password', async () => {
      const env = await newUser()
      assert.match(await mechanismOf(env), PASSWORD)
      assert.match(await mechanismOf(without(env)), TOKEN)
      assert.match(await mechanismOf(without(env)), TOKEN)
    })

    it('is invalid for all copies after a logout', async () => {
      const env = await newUser()
      await mechanismOf(env)
      const copy = copyOf(env)
      assert.match(await mechanismOf(without(copy)), TOKEN)
      await ok('logout', without(copy))
      const outcome: Outcome = await runXmpp('ping --retry 3 --debug', without(env))
      assert.equal(outcome.status, 2, outcome.stderr)
      assert.match(await mechanismOf(env), PASSWORD)
      assert.match(await mechanismOf(without(env)), TOKEN)
    })

    it('that the server no longer accepts does not affect a message', async () => {
      const env = await newUser()
      const reader = await newUser()
      await mechanismOf(env)
      change(env, /("secret":")[^"]*/, '$1secret-token:fast-spoilt')
      const sent: Outcome = await runXmpp(`send ${reader.XMPP_JID} once --verbose`, env)
      const lost = sent.status === 74 && name === 'ejabberd' // its reset may arrive before its refusal
      if (!lost) {
        assert.equal(sent.status, 0, sent.stderr)
        assert.match(sent.stderr, /refused the token/)
      }
      assert.match(await mechanismOf(without(env)), TOKEN, 'there is a new one')
      await ok(`send ${reader.XMPP_JID} last`, env)
      const expected = lost ? ['last'] : ['once', 'last']
      assert.deepEqual(await bodiesFor(reader, expected.length), expected)
    })

    for (const [words, input] of [
      ['password set --new-password-file -', 'another one\n'],
      ['unregister --confirm "$XMPP_JID"', ''],
    ] as const) {
      it(`is deleted by xmpp ${words.split(' --')[0]}, and no new one is requested`, async () => {
        for (const withToken of [true, false]) {
          const env = await newUser()
          if (withToken) await mechanismOf(env)
          const {stderr} = await ok(`${words} --debug`, env, input)
          assert.doesNotMatch(stderr, /<request-token/)
          if (withToken) assert.match(stderr, /<fast [^>]*invalidate="true"/)
          assert.deepEqual(
            filesOf(env).filter((file) => readFileSync(file, 'utf8').includes('"HT-SHA-256')),
            [],
          )
        }
      })
    }

    it('belongs to one of two servers with the same domain', async () => {
      const env = await newUser()
      const user = env.XMPP_JID?.split('@', 1)[0] ?? ''
      await withServer({users: [user]}, async (other) => {
        const there = {...environment(other, user), XDG_STATE_HOME: env.XDG_STATE_HOME}
        for (const at of [env, there]) assert.match(await mechanismOf(at), PASSWORD)
        for (const at of [env, there, env]) {
          const {stderr} = await ok('ping --verbose', without(at))
          assert.doesNotMatch(stderr, /refused/)
        }
      })
    })

    it('is not used by --insecure', async () => {
      const env = await newUser()
      await mechanismOf(env)
      const {stderr} = await ok('ping --insecure --debug', env)
      assert.match(stderr, /mechanism="SCRAM-/)
      assert.doesNotMatch(stderr, /<authenticate [^>]*mechanism="HT-/)
      assert.equal(stderr.match(/certificate is not checked/g)?.length, 1)
    })

    it('is not used after its expiry', async () => {
      const env = await newUser()
      await mechanismOf(env)
      change(env, /("expiry":")[^"]*/, `$1${new Date().toISOString()}`)
      const {stderr} = await ok('ping --verbose', env)
      assert.match(stderr, /signing in with SCRAM-/)
      assert.doesNotMatch(stderr, /refused/)
    })

    // ejabberd 24.12 does not do this.
    if (name === 'prosody') {
      it('is replaced by a new one when it is old', async () => {
        await withServer({tokens: {refreshAge: 0}}, async (server) => {
          const env = await newUser(server)
          await mechanismOf(env)
          const secrets = [secretOf(env)]
          for (let run = 0; run < 3; run++) {
            await sleep(1100) // the server counts whole seconds
            assert.match(await mechanismOf(without(env)), TOKEN)
            secrets.push(secretOf(env))
          }
          assert.equal(new Set(secrets).size, secrets.length, 'one was kept')
        })
      })

      it('is refused after its expiry by the clock of the server', async () => {
        await withServer({tokens: {lifetime: 0}}, async (server) => {
          const env = await newUser(server)
          await mechanismOf(env)
          change(env, /("expiry":")[^"]*/, '$12099-01-01T00:00:00Z')
          await sleep(1100)
          const {stderr} = await ok('ping --verbose', env)
          assert.match(stderr, /refused the token/)
          assert.match(stderr, /signing in with SCRAM-/)
        })
      })

      it('is invalid after a password change by another client', async () => {
        const env = await newUser()
        await mechanismOf(env)
        const elsewhere = {...env, XDG_STATE_HOME: `${env.XDG_STATE_HOME}-elsewhere`}
        await sleep(1100) // a server may store the time of the change in whole seconds
        await ok('password set --new-password-file -', elsewhere, 'another one\n')
        assert.equal((await runXmpp('ping', env)).status, 77)
        assert.match(await mechanismOf({...env, XMPP_PASSWORD: 'another one'}), PASSWORD)
        assert.match(await mechanismOf(without(env)), TOKEN)
      })
    }

    // The server has no part in this.
    if (name === 'ejabberd') return

    describe('in a folder that', () => {
      it('is new to eight processes at once', async () => {
        const env = await newUser()
        const reader = await newUser()
        const numbers = Array.from({length: 8}, (_, i) => `number ${i}`)
        const send = (text: string) => okInShell(`xmpp send ${reader.XMPP_JID} "${text}"`, env)
        await Promise.all(numbers.map(send))
        assert.deepEqual((await bodiesFor(reader, 8)).toSorted(), numbers.toSorted())
        assert.deepEqual(
          filesOf(env).filter((file) => !/client-id$|\/code\/|\/[\da-f]{32}\.json$/.test(file)),
          [],
        )
        await mechanismOf(env) // of tokens that were issued at once, only the last may be valid
        assert.match(await mechanismOf(without(env)), TOKEN)
      })

      it('is on a full disk', async () => {
        const env = await newUser()
        const full = `trap '' XFSZ; ulimit -f 0; exec xmpp`
        for (let run = 0; run < 2; run++) {
          const {stdout} = await okInShell(`${full} whoami --json`, env)
          assert.match(JSON.parse(stdout).mechanism, PASSWORD)
        }
        assert.ok(filesOf(env).every((file) => statSync(file).size === 0))
        assert.match(await mechanismOf(env), PASSWORD)
        await okInShell(`${full} ping`, without(env)) // existing files can still be read
      })

      it('is read-only', async function () {
        const env = await newUser()
        await mechanismOf(env)
        const mounted = `unshare -rm sh -c 'mount --bind -o ro "$XDG_STATE_HOME" "$XDG_STATE_HOME" && exec "$@"' sh`
        // Mounting needs a separate namespace, which some containers do not allow.
        if ((await sh(`${mounted} true`, env)).status !== 0) return this.skip()
        const attempt = await okInShell(`${mounted} xmpp whoami --json`, without(env))
        assert.match(JSON.parse(attempt.stdout).mechanism, TOKEN)
      })

      it('has damaged files', async () => {
        const env = await newUser()
        await mechanismOf(env)
        for (const garbage of ['', '{"jid":', 'null', '\0\xff'.repeat(5000), '{"token":{}}']) {
          const files = filesOf(env)
          assert.ok(files.length > 0)
          for (const file of files) writeFileSync(file, garbage, 'latin1')
          assert.match(await mechanismOf(env), PASSWORD, `with ${garbage.slice(0, 20)}`)
          assert.match(await mechanismOf(without(env)), TOKEN)
        }
      })
    })

    async function withServer(
      options: ServerOptions,
      use: (server: TestServer) => Promise<void>,
    ): Promise<void> {
      const other = await startProsody(options)
      try {
        await use(other)
      } finally {
        await other.stop()
      }
    }
  })
}

describe('a token after which the server closes the connection', () => {
  const {env, failure, startServer, run} = newScriptedSession()
  const CLIENT = '11111111-1111-4111-8111-111111111111'

  /** A server that accepts only passwords, and closes the connection after a token. */
  const tokenRefusingServer = () =>
    startServer(async (peer) => {
      const words = await peer.read(/<stream:stream[^>]*>(<authenticate.*<\/authenticate>)?/s)
      if (words.includes('<authenticate')) return peer.end()
      peer.write(`<stream:stream from='localhost' version='1.0' xmlns='jabber:client'
        xmlns:stream='http://etherx.jabber.org/streams'>
        <stream:features>${offer('PLAIN')}</stream:features>`)
      await peer.read('</auth>')
      peer.write(`<success xmlns='${NS_SASL}'/>`)
      await peer.open("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
      peer.write(`<iq type='result' id='${await readRequest(peer)}'>
        <bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@localhost/here</jid></bind></iq>`)
      await answerRequests(peer)
    })

  /** The state folder of an earlier run. */
  const saveToken = (at: {uri: string}): string => {
    const home = path.join(env(at).XDG_STATE_HOME ?? '', 'xmpp')
    mkdirSync(path.join(home, 'accounts'), {recursive: true, mode: 0o700})
    const key = createHash('sha256').update(`alice@localhost\n${at.uri}`).digest('hex')
    const file = path.join(home, 'accounts', `${key.slice(0, 32)}.json`)
    const token = {mechanism: 'HT-SHA-256-NONE', secret: 'x', expiry: '2099-01-01T00:00:00Z'}
    const entry = {jid: 'alice@localhost', server: at.uri, clientId: CLIENT, token}
    writeFileSync(path.join(home, 'client-id'), `${CLIENT}\n`, {mode: 0o600})
    writeFileSync(file, JSON.stringify(entry), {mode: 0o600})
    return file
  }

  it('is replaced by the password in the same run, if no stanza had an effect', async () => {
    const at = await tokenRefusingServer()
    const file = saveToken(at)
    const {status, stdout} = await run('ping --json', {at})
    assert.equal(status, 0, stdout)
    assert.equal(at.connections, 2)
    assert.equal(existsSync(file), false)
  })

  it('is kept without a password', async () => {
    const at = await tokenRefusingServer()
    const file = saveToken(at)
    const own = {XMPP_PASSWORD: ''}
    assert.equal((await failure(75, 'ping', {at, env: own})).code, 'connection-lost')
    assert.equal(existsSync(file), true)
  })

  it('is deleted for the next run, if a message may have been accepted', async () => {
    const at = await tokenRefusingServer()
    const file = saveToken(at)
    assert.equal((await failure(74, 'send bob@localhost hi', {at})).state, 'unknown')
    assert.equal(at.connections, 1)
    assert.equal(existsSync(file), false)
    assert.equal((await run('ping', {at})).status, 0)
    assert.equal(at.connections, 2)
  })
})

const without = ({XMPP_PASSWORD: _, ...env}: Env): Env => env

const ok = async (words: string, env: Env, input = ''): Promise<Outcome> =>
  successful(await runXmpp(words, env, input))

const okInShell = async (command: string, env: Env): Promise<Outcome> =>
  successful(await sh(command, env))

function successful(outcome: Outcome): Outcome {
  assert.equal(outcome.status, 0, outcome.stdout + outcome.stderr)
  return outcome
}

async function mechanismOf(env: Env): Promise<string> {
  const {stdout} = await ok('whoami --retry 3 --json', env)
  return JSON.parse(stdout).mechanism
}

async function bodiesFor(env: Env, count: number): Promise<string[]> {
  const {stdout} = await ok(`listen --json --count ${count} --timeout 20s`, env)
  return [...stdout.matchAll(/"body":"([^"]*)"/g)].map(([, body]) => body ?? '')
}

function filesOf({XDG_STATE_HOME: folder = ''}: Env): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .map((file) => path.join(folder, file))
    .filter((file) => statSync(file).isFile())
}

/** The file of the token. */
function tokenFile(env: Env): string {
  const file = filesOf(env).find((file) => readFileSync(file, 'utf8').includes('"HT-SHA-256'))
  assert.ok(file, `no token in ${filesOf(env)}`)
  return file
}

const secretOf = (env: Env): string => JSON.parse(readFileSync(tokenFile(env), 'utf8')).token.secret

function change(env: Env, what: RegExp, to: string): void {
  const file = tokenFile(env)
  const before = readFileSync(file, 'utf8')
  const after = before.replace(what, to)
  assert.notEqual(after, before)
  writeFileSync(file, after)
}

function copyOf(env: Env): Env {
  const copy = `${env.XDG_STATE_HOME}-copy`
  cpSync(env.XDG_STATE_HOME ?? '', copy, {recursive: true})
  return {...env, XDG_STATE_HOME: copy}
}
