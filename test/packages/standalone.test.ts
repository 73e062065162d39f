/** The standalone executable, on a machine without Node. */
import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'
import {buildExecutable} from '../support/executable.ts'
import {assertPage} from '../support/page.ts'
import {startProsody} from '../support/prosody.ts'
import {ROOT, read} from '../support/repository.ts'
import type {TestServer} from '../support/server.ts'
import {assertFirstMessage} from './first-message.ts'

const {name, version} = JSON.parse(read('package.json'))

describe('the standalone executable', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'xmpp-standalone-'))
  const bin = path.join(folder, 'bin')
  let server: TestServer

  before(async function () {
    this.timeout(300_000)
    mkdirSync(bin)
    renameSync(buildExecutable(folder), path.join(bin, 'xmpp'))
    server = await startProsody({users: ['alice', 'bob']})
  })
  after(async () => {
    await server?.stop()
    rmSync(folder, {recursive: true})
  })

  const run = (command: string, env: NodeJS.ProcessEnv = {}, user = 'alice') => {
    const state = {XDG_STATE_HOME: path.join(folder, user)}
    return sh(command, {
      ...environment(server, user),
      ...state,
      ...env,
      PATH: `${bin}:/usr/bin:/bin`,
    })
  }

  it('is the program of this version', async () => {
    const {status, stderr, stdout} = await run('xmpp --version')
    assert.deepEqual([status, stderr], [0, ''])
    assert.match(stdout, new RegExp(`^${name}/${version} .* node-v26\\.`))
  })

  it('reads its help, completions and schemas from itself', async () => {
    assert.match((await run('xmpp help send')).stdout, /^USAGE\n {2}\$ xmpp send /m)
    assert.match((await run('xmpp completion fish')).stdout, /complete -c xmpp/)
    const schema = JSON.parse((await run('xmpp schema send')).stdout)
    assert.deepEqual(schema, JSON.parse(read('schemas/send.json')))
  })

  it('sends and receives messages, also with the token of an earlier run', async () => {
    for (const text of ['first', 'second']) {
      const sent = await run(`xmpp send bob@localhost ${text} --json`)
      assert.deepEqual([sent.status, sent.stderr], [0, ''])
      assert.equal(JSON.parse(sent.stdout).messages[0].state, 'accepted')
    }
    const command = 'xmpp listen --count 2 --include message --exec "cat >>$EVENTS"'
    const EVENTS = path.join(folder, 'events')
    const received = await run(command, {EVENTS}, 'bob')
    assert.equal(received.status, 0)
    assert.match(received.stdout, /first\n.*second\n/)
    assert.match(readFileSync(EVENTS, 'utf8'), /"first"[\s\S]*"second"/)
    const {stdout} = await run('xmpp whoami --json')
    assert.equal(JSON.parse(stdout).jid.split('/', 1)[0], 'alice@localhost')
  })

  it('signs in and sends a message', () => assertFirstMessage(server, bin))

  it('does what a page of the manual says', () =>
    assertPage(path.join(ROOT, 'test/acceptance/basics.txt'), server, {bin}))

  it('has nothing of the environment of its build', async () => {
    const env = {NO_COLOR: '', FORCE_COLOR: '1'}
    const coloured = await run('xmpp send nobody@', env)
    const plain = await run('xmpp send nobody@')
    assert.notEqual(coloured.stderr, plain.stderr)
  })

  it('fails as the program does', async () => {
    const XDG_STATE_HOME = path.join(folder, 'no-token')
    const env = {XMPP_PASSWORD: 'wrong', XDG_STATE_HOME}
    const {status, stdout} = await run('xmpp send bob@localhost hello --json', env)
    assert.deepEqual([status, JSON.parse(stdout).error.code], [77, 'not-authorized'])
    assert.equal((await run('xmpp sned')).status, 2)
  })

  it('says that it cannot use the keyring, and stores the password in a file', async () => {
    const env = {XDG_CONFIG_HOME: path.join(folder, 'config'), XMPP_JID: '', XMPP_PASSWORD: ''}
    const login = 'echo secret-of-alice | xmpp login alice@localhost --password-file -'
    const {status, stdout} = await run(login, env)
    assert.equal(status, 0)
    assert.match(stdout, /because the standalone executable cannot use the keyring/)
    const refused = await run(`${login} --store keyring`, env)
    assert.equal(refused.status, 78)
  })

  it('takes no options for Node', async () => {
    const {status, stderr} = await run('xmpp --version', {NODE_OPTIONS: '--no-such-option'})
    assert.deepEqual([status, stderr], [0, ''])
    assert.equal((await run('xmpp --eval 0')).status, 2)
  })

  it('names no folder of the machine that built it', () => {
    assert.ok(!readFileSync(path.join(bin, 'xmpp')).includes(ROOT))
  })
})
