import assert from 'node:assert/strict'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {environment, finish, type Outcome, sh, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp, shRunner} from '../support/runner.ts'
import {assertNoSecret, stateFiles, tokensOf} from '../support/secrets.ts'
import type {TestServer} from '../support/server.ts'

/** `acceptance/matrix.test.ts` searches the output of the other commands. */
const SUCCESSES = ['xmpp ping --insecure --debug', 'xmpp run --debug bob@localhost -- echo hello']

/** Failures of every kind, each with a password. */
const FAILURES: [status: number, name: string, command: string, env?: NodeJS.ProcessEnv][] = [
  [2, 'a bad flag', 'xmpp ping --no-such-flag'],
  [2, 'an unknown command', 'xmpp pingg'],
  [77, 'a wrong password', 'xmpp ping --jid bob@localhost'],
  [75, 'a refused connection', 'xmpp ping', {XMPP_SERVER: 'xmpps://127.0.0.1:1'}],
  [76, 'an unknown authority', 'xmpp ping', {XDG_CONFIG_HOME: '/nowhere', XMPP_CA_FILE: ''}],
  [68, 'an unknown host', 'xmpp ping --server xmpps://host.invalid'],
  [76, 'TLS where there is STARTTLS', 'xmpp ping --server "xmpps://127.0.0.1:$STARTTLS"'],
  [78, 'a bad config file', 'xmpp ping', {XMPP_CONFIG: '/dev/null/x'}],
  [75, 'a deadline', 'xmpp ping --timeout 1ms'],
  [69, 'a bounce', 'xmpp send nobody@localhost hello'],
  [124, 'an unanswered question', 'xmpp ask bob@localhost Deploy? --timeout 2s'],
  [73, 'a taken name', 'xmpp register alice@localhost'],
  [67, 'a missing room', 'xmpp room kick tea@conference.localhost bob'],
  // A run that does not end before the crash.
  [70, 'a crash', 'xmpp listen', {NODE_OPTIONS: '--require=CRASH', CRASH_LOG: ''}],
]

describe('secrets in output, logs and state', function () {
  this.timeout(240_000)
  let server: TestServer
  let password: string
  let env: NodeJS.ProcessEnv
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    password = server.account('alice').password
    env = {
      ...environment(server, 'alice'),
      STARTTLS: String(server.port),
      XDG_STATE_HOME: path.join(server.dir, 'own-state'), // with a code cache of its own, which is read too
    }
    const crash = path.join(server.dir, 'crash.cjs')
    writeFileSync(crash, 'setTimeout(() => {throw new Error("as by a bug")}, 100)')
    env.CRASH = crash
  })
  after(() => server.stop())

  const assertUnseen = (text: string, where: string, secret = password): void =>
    assertNoSecret(text, where, secret, 'alice')

  function assertQuiet({stderr, stdout}: Outcome, command: string): void {
    for (const [name, text] of Object.entries({stderr, stdout}))
      for (const secret of [password, ...tokensOf(env)])
        assertUnseen(text, `${command}, ${name}`, secret)
  }

  it('are used for a real sign-in', async () => {
    const {status} = await runXmpp('ping --debug', env)
    assert.equal(status, 0)
    assert.equal(tokensOf(env).length, 1)
    assert.throws(() => assertUnseen(`password: ${password}`, 'this'), /has it/)
  })

  it('are not in the output of a success', async () => {
    for (const command of SUCCESSES) {
      const outcome = await shRunner(command, env)
      assert.equal(outcome.status, 0, outcome.stderr)
      assertQuiet(outcome, command)
    }
  })

  for (const [status, name, command, extra = {}] of FAILURES) {
    it(`are not in the output of ${name}`, async () => {
      const own = Object.fromEntries(
        Object.entries(extra).map(([key, value]) => [
          key,
          value?.replace('CRASH', env.CRASH ?? ''),
        ]),
      )
      // The sentence on stderr is that of a run without --json.
      const run = name === 'a crash' ? sh : shRunner
      const outcome = await run(`${command} --debug --json`, {...env, ...own})
      assert.equal(outcome.status, status, outcome.stderr)
      assertQuiet(outcome, command)
    })
  }

  it('are not in the output after SASL PLAIN, a password change or a registration', async () => {
    const change = 'password set --new-password-file - --debug'
    assertQuiet(await runXmpp(change, env, `${password}-new\n`), change)
    const registration = 'register carol@localhost --debug'
    assertQuiet(await runXmpp(registration, env), registration)
    await server.addUsers(['alice'])
  })

  it('are in no file of the state directory', () => {
    for (const text of stateFiles(env)) assertUnseen(text, 'state')
  })

  it('are on no command line and in no environment of a child process', async () => {
    const folder = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp')
    mkdirSync(folder, {recursive: true})
    const silent = path.join(folder, 'silent-bus')
    const bus = net.createServer((socket) => void socket.resume()).listen(silent)
    try {
      const child = start('xmpp login --store keyring --debug', {
        ...env,
        DBUS_SESSION_BUS_ADDRESS: `unix:path=${silent}`,
      })
      child.stdin?.end()
      const outcome = finish(child)
      const seen = new Map<number, string>()
      for (let ended = false; !ended; ) {
        for (const [pid, text] of childrenOf(child.pid ?? 0)) seen.set(pid, text)
        ended = await Promise.race([outcome.then(() => true), sleep(20, false)])
      }
      const {status, stderr} = await outcome
      assert.equal(status, 78, stderr)
      const keyring = [...seen.values()].filter((text) => text.includes('getPassword'))
      assert.equal(keyring.length, 1, 'the process that speaks to the keyring was not seen')
      for (const text of keyring) assertUnseen(text, 'a child')
      assertQuiet(await outcome, 'login')
    } finally {
      bus.close()
    }
  })
})

/** Command line and environment of every process below `root`, as other processes see them. */
function childrenOf(root: number): Map<number, string> {
  const parents = new Map<number, number>()
  const texts = new Map<number, string>()
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]))
      const [argv, own] = ['cmdline', 'environ'].map((file) =>
        readFileSync(`/proc/${name}/${file}`),
      )
      texts.set(Number(name), `${argv}\n${own}`)
    } catch {
      // It has ended meanwhile, or belongs to another user.
    }
  }
  const below = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent !== undefined && (parent === root || below(parent))
  }
  return new Map([...texts].filter(([pid]) => below(pid)))
}
