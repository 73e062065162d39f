/** The scripts of the GitHub Action, with the files that a runner gives them. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, type Outcome, sh} from '../support/cli.ts'
import {freePort} from '../support/ports.ts'
import {startProsody} from '../support/prosody.ts'
import {ROOT, read} from '../support/repository.ts'
import {runnerEnvironment} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

const ACTION = path.join(ROOT, 'action')
const definition = read('action/action.yml')

/** The defaults of action.yml. */
const INPUTS = {
  INPUT_MESSAGE: 'The build is green',
  INPUT_SUBJECT: '',
  INPUT_ROOM: 'false',
  INPUT_NICK: '',
  INPUT_REPLACE: '',
  INPUT_WAIT: 'accepted',
  INPUT_FAIL: 'auto',
  XMPP_TO: 'bob@localhost',
  XMPP_TIMEOUT: '30s',
  XMPP_RETRY: '0',
}

interface StepResult extends Outcome {
  outputs: Record<string, string>
  summary: string
  /** The arguments of xmpp. */
  args: string
}

describe('the GitHub Action', () => {
  let server: TestServer
  let folder: string
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    folder = mkdtempSync(path.join(server.dir, 'action-'))
  })
  after(() => server?.stop())

  /** Runs send.sh as alice. @param xmpp a shell script in place of the command */
  async function send(
    inputs: NodeJS.ProcessEnv = {},
    xmpp = 'exec xmpp "$@"',
  ): Promise<StepResult> {
    const run = mkdtempSync(path.join(folder, 'run-'))
    const file = (name: string): string => path.join(run, name)
    mkdirSync(file('bin'))
    const env = await runnerEnvironment(environment(server, 'alice'))
    const shim = `#!/bin/sh\nprintf '%s\\n' "$@" >'${file('args')}'\nPATH='${env.PATH}'\n${xmpp}\n`
    writeFileSync(file('bin/xmpp'), shim, {mode: 0o755})
    for (const name of ['output', 'summary', 'args']) writeFileSync(file(name), '')
    const outcome = await sh(`sh '${ACTION}/send.sh'`, {
      ...env,
      ...INPUTS,
      ...inputs,
      PATH: `${file('bin')}:${env.PATH}`,
      GITHUB_OUTPUT: file('output'),
      GITHUB_STEP_SUMMARY: file('summary'),
    })
    const text = (name: string): string => readFileSync(file(name), 'utf8')
    return {
      ...outcome,
      outputs: parseOutputs(text('output')),
      summary: text('summary'),
      args: text('args'),
    }
  }

  it('sends a message with any characters', async () => {
    const INPUT_MESSAGE = '--json $(exit 9) `exit 9` "\'\n::error::%0A $HOME'
    const {outputs, status, stderr, stdout, summary} = await send({INPUT_MESSAGE})
    assert.deepEqual([status, stdout, stderr], [0, '', ''])
    assert.deepEqual([outputs.state, outputs['exit-code']], ['accepted', '0'])
    assert.equal(summary, 'XMPP message: accepted\n')
    const received = await sh(
      'xmpp listen --count 1 --json --include message',
      environment(server, 'bob'),
    )
    const message = received.stdout.split('\n').find((line) => line.includes('"message"')) ?? ''
    const {body, id} = JSON.parse(message)
    assert.deepEqual([body, id], [INPUT_MESSAGE, outputs.id])
  })

  it('has a line of its outputs for each recipient', async () => {
    const {outputs, status, summary} = await send({XMPP_TO: 'bob@localhost, nobody@localhost'})
    assert.deepEqual([status, outputs.state], [69, 'accepted\nfailed'])
    assert.equal(outputs.id?.split('\n').length, 2)
    assert.match(summary, /^XMPP message: exit code 69, `.*nobody@localhost.*`\n$/)
  })

  it('fails for a wrong password, and does not print it', async () => {
    const XMPP_PASSWORD = 'open-sesame'
    const XDG_STATE_HOME = path.join(folder, 'no-token')
    const result = await send({XMPP_PASSWORD, XDG_STATE_HOME})
    const {args, outputs, status, stderr, stdout, summary} = result
    assert.deepEqual([status, outputs['exit-code'], outputs.state], [77, '77', ''])
    assert.match(stdout, /^::error title=xmpp::[^\n]+[^ ] \(exit code 77\)\n$/)
    for (const text of [args, stderr, stdout, summary, ...Object.values(outputs)])
      assert.ok(!text.includes(XMPP_PASSWORD) && !text.includes('secret-of-alice'))
  })

  it('warns if nothing was delivered, unless the step is to fail always', async () => {
    const XMPP_SERVER = `xmpps://127.0.0.1:${await freePort()}`
    const {outputs, status, stdout} = await send({XMPP_SERVER})
    assert.deepEqual([status, outputs['exit-code']], [0, '75'])
    assert.match(stdout, /^::warning title=xmpp::[^\n]+ \(exit code 75\)\n$/)
    assert.equal((await send({XMPP_SERVER, INPUT_FAIL: 'always'})).status, 75)
  })

  it('warns if the receipt does not arrive in time', async () => {
    const {outputs, status} = await send({INPUT_WAIT: 'delivered', XMPP_TIMEOUT: '2s'})
    assert.deepEqual([status, outputs['exit-code'], outputs.state], [0, '124', 'accepted'])
  })

  it('only warns with fail: never', async () => {
    const {outputs, status, stdout} = await send({XMPP_TO: 'not a jid@', INPUT_FAIL: 'never'})
    assert.deepEqual([status, outputs['exit-code']], [0, '65'])
    assert.match(stdout, /^::warning /)
  })

  it('sends to rooms, with a nickname', async () => {
    const room = {INPUT_ROOM: 'true', INPUT_NICK: '-ci', XMPP_TO: 'dev@conference.localhost'}
    const {args, outputs} = await send(room)
    assert.equal(outputs['exit-code'], '67') // the room does not exist
    assert.ok(args.includes('--room\n--nick=-ci\n'))
  })

  it('refuses other values of its inputs', async () => {
    for (const inputs of [{INPUT_FAIL: 'sometimes'}, {INPUT_ROOM: 'yes'}]) {
      const {args, status, stdout} = await send(inputs)
      assert.deepEqual([status, args], [2, ''])
      assert.match(stdout, /^::error title=xmpp::The input /)
    }
  })

  it('keeps each value in its output', async () => {
    const id = 'a\nEOF\nstate=forged'
    const messages = [{id, state: 'accepted', error: null}]
    const {outputs} = await send({}, `printf '%s' '${JSON.stringify({messages})}'`)
    assert.deepEqual(outputs, {id, state: 'accepted', 'exit-code': '0'})
  })

  it('reports a command that printed nothing', async () => {
    const {outputs, status, summary} = await send({}, 'exit 70')
    assert.deepEqual([status, outputs.state], [70, ''])
    assert.equal(summary, 'XMPP message: exit code 70, `xmpp printed no result`\n')
  })

  it('passes each input by the environment', () => {
    const [, steps = ''] = definition.split('\nruns:\n')
    for (const line of steps.split('\n').filter((line) => line.includes('${{')))
      assert.match(
        line,
        /^ {8}(?:INPUT|XMPP)_[A-Z_]+: \$\{\{ inputs\.[\w-]+ (?:\|\| env\.\w+ )?\}\}$/,
      )
    const given = [...steps.matchAll(/^ {8}([A-Z_]+): /gm)].map(([, name]) => name)
    for (const [name] of read('action/send.sh').matchAll(/\bINPUT_[A-Z]+/g))
      assert.ok(given.includes(name), name)
    const [, inputs = ''] = definition.split('\ninputs:\n')
    for (const [, name = ''] of inputs
      .split('\noutputs:\n', 1)
      .join()
      .matchAll(/^ {2}([\w-]+):/gm))
      assert.ok(steps.includes(`inputs.${name} `), name)
  })

  describe('its installation', () => {
    const copy = (): string => path.join(folder, 'repository')
    const tools = (): string => path.join(folder, 'tools')
    const systemPath = (): string => `${tools()}:${path.dirname(process.execPath)}:/usr/bin:/bin`
    const githubPath = (): string => path.join(folder, 'github-path')
    beforeEach(() => {
      for (const each of [copy(), tools()]) mkdirSync(each)
      for (const name of ['action', 'bin'])
        symlinkSync(path.join(ROOT, name), path.join(copy(), name))
      writeFileSync(githubPath(), '')
    })
    afterEach(() => {
      for (const each of [copy(), tools()]) rmSync(each, {recursive: true})
    })

    const writeTool = (name: string, script: string): void =>
      writeFileSync(path.join(tools(), name), `#!/bin/sh\n${script}\n`, {mode: 0o755})

    const install = (PATH: string) => {
      const script = path.join(ACTION, 'install.sh')
      const GITHUB_ACTION_PATH = path.join(copy(), 'action')
      const env = {PATH, GITHUB_PATH: githubPath(), GITHUB_ACTION_PATH, RUNNER_TEMP: folder}
      const {status, stderr, stdout} = spawnSync('/bin/sh', [script], {env, encoding: 'utf8'})
      return {status, stderr, stdout, added: readFileSync(githubPath(), 'utf8').trim()}
    }

    it('builds xmpp from its repository', () => {
      writeTool('npm', 'printf "%s " "$@" >&2')
      const {added, status, stderr} = install(systemPath())
      assert.equal(status, 0)
      assert.match(stderr, /^ci --no-audit --no-fund xmpp-cli\//)
      const {stdout} = spawnSync(path.join(added, 'xmpp'), ['--version'], {encoding: 'utf8'})
      assert.match(stdout, /^xmpp-cli\//)
    })

    it('uses an xmpp on the PATH', () => {
      const outcome = install(`${path.join(ROOT, 'test/support/bin')}:${process.env.PATH}`)
      assert.deepEqual(outcome, {status: 0, stderr: '', stdout: '', added: ''})
    })

    it('refuses a runner without Node, or with an old one', () => {
      const without = install(tools())
      assert.deepEqual([without.status, without.added], [1, ''])
      assert.match(without.stdout, /^::error title=xmpp::node is not installed [^\n]+\n$/)
      writeTool('npm', 'exit 9')
      writeTool('node', '[ "$1" = --version ] && echo v18.20.8')
      const old = install(systemPath())
      assert.deepEqual([old.status, old.added], [1, ''])
      assert.match(old.stdout, /^::error title=xmpp::xmpp needs Node 20\.19 [^\n]+ v18\.20\.8: /)
    })

    it('adds nothing if npm fails, also if npm reports success then', () => {
      writeTool('npm', 'exit 9')
      assert.equal(install(systemPath()).status, 1)
      writeTool('npm', '')
      rmSync(path.join(copy(), 'bin'))
      const {added, status, stdout} = install(systemPath())
      assert.deepEqual([status, added], [1, ''])
      assert.match(stdout, /^::error title=xmpp::xmpp was not built/)
    })
  })
})

/** The outputs as a runner reads them: NAME<<DELIMITER, lines, DELIMITER. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  const lines = text.split('\n')
  for (let line = lines.shift(); line; line = lines.shift()) {
    const [, name = '', delimiter = ''] = /^([^<]+)<<(.+)$/.exec(line) ?? []
    const end = lines.indexOf(delimiter)
    assert.ok(name && end >= 0, line)
    assert.match(delimiter, /^[0-9a-f]{32}$/)
    outputs[name] = lines.slice(0, end).join('\n')
    lines.splice(0, end + 1)
  }
  return outputs
}
