/** Other clients request the information and the commands of a running `xmpp listen --serve`. */
import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, finish, linesOf, type Outcome, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {shRunner} from '../support/runner.ts'
import type {Screen} from '../support/screen.ts'
import type {TestServer} from '../support/server.ts'
import {hasProfanity, hasSlixmpp, openProfanity} from './peer.ts'

const {version} = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8'),
)
const ALLOW = ['bob@localhost']
const FIELDS = [
  {name: 'who', label: 'Whom to greet', required: true},
  {name: 'times', type: 'list-single', options: ['1', '2'], value: '1'},
]

describe('clients of listen --serve', function () {
  this.timeout(60_000)
  let server: TestServer
  let listening: Promise<Outcome>
  let stop: () => void
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    // Profanity sends requests only to contacts, whose presence has their features.
    for (const [user, contact] of [
      ['alice', 'bob@localhost'],
      ['bob', 'alice@localhost'],
    ] as const) {
      const words = `xmpp presence subscribe ${contact} && xmpp presence approve ${contact}`
      const {status, stderr} = await shRunner(words, environment(server, user))
      assert.equal(status, 0, stderr)
    }
    const commands = path.join(server.dir, 'commands')
    mkdirSync(commands)
    const write = (name: string, script: string, definition: object): void => {
      writeFileSync(path.join(commands, name), `#!/bin/sh\n${script}\n`)
      chmodSync(path.join(commands, name), 0o755)
      writeFileSync(path.join(commands, `${name}.json`), JSON.stringify(definition))
    }
    write('greet', 'echo "Hello $XMPP_FIELD_WHO x $XMPP_FIELD_TIMES"', {
      ...{name: 'Greet somebody', allow: ALLOW, fields: FIELDS},
    })
    write('disk', `echo '{"free": "12 GB"}'`, {allow: ALLOW})
    write('hidden', 'true', {allow: ['juliet@localhost']})
    const command = `exec xmpp listen --jid alice@localhost/service --serve ${commands} --json`
    const child = start(command, environment(server, 'alice'))
    const nextLine = linesOf(child.stdout)
    assert.match(await nextLine(), /"ready"/)
    stop = () => child.kill('SIGINT')
    listening = finish(child)
  })
  after(async () => {
    stop?.()
    const outcome = await listening
    await server?.stop()
    assert.equal(outcome?.status, 130)
  })

  it('slixmpp gets version, time, ping, features and the results of commands', async function () {
    if (!hasSlixmpp()) this.skip()
    const program = path.join(import.meta.dirname, 'slixmpp-commander.py')
    const env = {...environment(server, 'bob'), TLS_PORT: String(server.tlsPort)}
    const {status, stderr, stdout} = await finish(
      start(`/usr/bin/python3 ${program} alice@localhost/service`, env),
    )
    assert.equal(status, 0, stderr)
    const {time, ...answers} = JSON.parse(stdout)
    assert.match(time, /^\d{4}-\d\d-\d\d/)
    assert.deepEqual(answers, {
      version: ['xmpp-cli', version],
      hasCommands: true,
      commands: ['disk', 'greet'],
      identity: ['Greet somebody', 'automation', 'command-node'],
      greet: {status: 'completed', notes: [['info', 'Hello slixmpp x 2']], fields: {}},
      disk: {status: 'completed', notes: [], fields: {free: '12 GB'}},
      hidden: {error: 'item-not-found'},
    })
  })

  describe('profanity', () => {
    let screen: Screen
    before(async function () {
      if (!hasProfanity()) this.skip()
      const home = path.join(server.dir, 'profanity')
      mkdirSync(home)
      screen = await openProfanity(server, home)
    })
    after(() => screen?.close())

    it('shows the features, a ping and the version', async () => {
      await screen.type('/disco info alice@localhost/service')
      await screen.sees(/http:\/\/jabber\.org\/protocol\/commands/)
      await screen.type('/ping alice@localhost/service')
      await screen.sees(/Ping response from alice@localhost\/service/)
      await screen.type('/software alice@localhost/service')
      await screen.sees(/Name *: xmpp-cli[\s\S]*Version *: /)
    })

    it('shows the commands, and runs them', async () => {
      await screen.type('/cmd list alice@localhost/service')
      await screen.sees(/greet/)
      await screen.type('/cmd exec greet alice@localhost/service')
      await screen.sees(/Whom to greet/)
      await screen.type('/field1 profanity')
      await screen.type('/form submit')
      await screen.sees(/Hello profanity x 1/)
    })
  })
})
