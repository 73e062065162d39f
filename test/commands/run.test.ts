import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {environment, finish, linesOf, sh, start} from '../support/cli.ts'
import {listenedBodies} from '../support/events.ts'
import {silent} from '../support/faults.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'

describe('run', function () {
  this.timeout(60_000)
  let server: TestServer
  let env: NodeJS.ProcessEnv
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    env = environment(server, 'alice')
  })
  after(() => server.stop())

  const resultFile = (): string => path.join(server.dir, 'result.json')
  const readResult = () => {
    const result = JSON.parse(readFileSync(resultFile(), 'utf8'))
    assertMatchesSchema(result, 'run')
    return result
  }
  /** The bodies of the messages that bob receives. */
  const received = (count: number): Promise<string[]> =>
    listenedBodies(`--include message --count ${count} --timeout 20s`, environment(server, 'bob'))
  /** Starts it, and waits for the first line of the command. */
  const startRun = async (words: string): Promise<ChildProcess> => {
    const child = start(`exec xmpp run bob@localhost --result ${resultFile()} ${words}`, env)
    assert.equal(await linesOf(child.stdout)(), 'ready')
    return child
  }

  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR1'] as const)
    it(`passes ${signal} on to the command`, async () => {
      const child = await startRun(
        `-- sh -c 'trap "exit 42" ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done'`,
      )
      child.kill(signal)
      assert.equal((await finish(child)).status, 42)
      assert.equal(readResult().status, 42)
      assert.match((await received(1)).join(), /failed with exit code 42 after/)
    })

  it('exits with the signal that ended the command', async () => {
    const child = await startRun(`-- sh -c 'echo ready; exec sleep 60'`)
    child.kill('SIGTERM')
    assert.equal((await finish(child)).status, 143)
    assert.equal(readResult().signal, 'SIGTERM')
    await received(1)
  })

  it('copies 100 MB in bounded memory', async () => {
    const {status, stdout} = await sh(
      `xmpp run bob@localhost --tail 1 --result ${resultFile()} -- head -c 100000000 /dev/zero | wc -c`,
      env,
    )
    assert.deepEqual({status, stdout: stdout.trim()}, {status: 0, stdout: '100000000'})
    assert.equal(readResult().messages[0].state, 'accepted')
    await received(1)
  })

  it('lets the command react to a closed pipe', async () => {
    const {stdout} = await sh(
      `xmpp run bob@localhost --tail 1 --result ${resultFile()} -- yes | head -1`,
      env,
    )
    assert.equal(stdout, 'y\n')
    await received(1) // it is sent after `head` has ended
    assert.notEqual(readResult().status, 0)
  })

  it('ends although a process in the background keeps the output open', async () => {
    const {status} = await sh(
      `xmpp run bob@localhost --tail 1 -- sh -c 'sleep 60 & echo $! > ${server.dir}/pid'`,
      env,
    )
    process.kill(Number(readFileSync(path.join(server.dir, 'pid'), 'utf8')))
    assert.equal(status, 0)
    await received(1)
  })

  it('edits one message while the command runs', async () => {
    const receiver = start(
      'exec xmpp listen --json --include message --timeout 30s',
      environment(server, 'bob'),
    )
    const next = linesOf(receiver.stdout)
    assert.equal(JSON.parse(await next()).event, 'ready')
    const gate = path.join(server.dir, 'gate')
    const running = start(
      `exec xmpp run bob@localhost --progress 1s --tail 1 -- sh -c 'echo working; until [ -e ${gate} ]; do sleep 0.1; done'`,
      env,
    )
    const messages = [JSON.parse(await next()), JSON.parse(await next())]
    await sh(`touch ${gate}`, env)
    while (!/succeeded/.test(messages.at(-1).body)) messages.push(JSON.parse(await next()))
    const result = JSON.parse(await next())
    receiver.kill()
    await Promise.all([finish(receiver), finish(running)])
    const [first, ...edits] = messages
    assert.match(first.body, /: running for [\d.]+ s on .*\n\nworking$/s)
    assert.deepEqual([...new Set(edits.map(({replace}) => replace))], [first.id])
    assert.equal(result.replace, null)
    assert.match(result.body, /: succeeded after .*\n\nworking$/s)
  })

  it('waits for a process that is already running', async () => {
    const {status} = await sh(
      `sleep 4 & xmpp run bob@localhost --pid $! --result ${resultFile()}`,
      env,
    )
    assert.equal(status, 0)
    assert.match((await received(1)).join(), /^sleep 4: ended on .* \(process \d+, /)
    assert.deepEqual(readResult().argv, ['sleep', '4'])
  })

  it('does not delay the exit for longer than --timeout', async () => {
    const mute = await silent()
    const {status, stderr} = await sh(
      `xmpp run bob@localhost --timeout 1s --result ${resultFile()} -- sh -c 'exit 5'`,
      {...env, XMPP_SERVER: `xmpps://127.0.0.1:${mute.port}`},
    )
    await mute.close()
    assert.equal(status, 5)
    assert.match(stderr, /^xmpp: bob@localhost: The session did not open within 1 s\n/)
    assert.equal(readResult().messages[0].state, 'failed')
  })

  it('has the exit status of the command when its result cannot be saved for the next run', async () => {
    const {status, stderr} = await sh('xmpp run bob@localhost --on change -- sh -c "exit 3"', {
      ...env,
      XDG_STATE_HOME: '/dev/null',
    })
    assert.equal(status, 3)
    assert.match(stderr, /^xmpp: The result is not saved, .*: \/dev\/null.*: not a directory$/m)
    assert.match((await received(1)).join(), /failed with exit code 3/)
  })

  it('prints no warning with --quiet', async () => {
    const {status, stderr} = await sh('xmpp run bob@localhost --quiet --on change -- true', {
      ...env,
      XDG_STATE_HOME: '/dev/null',
    })
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('reads the password before the command starts', async () => {
    const {status, stdout} = await sh(
      'xmpp run bob@localhost --password-file /does/not/exist -- echo started',
      {...env, XMPP_PASSWORD: ''},
    )
    assert.deepEqual({status, stdout}, {status: 78, stdout: ''})
  })

  for (const [words, sentence] of [
    ['--json -- true', /Standard output belongs to the command/],
    ['--password-file - -- true', /Standard input belongs to the command/],
    ['--pid 1 -- true', /exclude each other/],
    ['--room --progress 1m -- true', /--progress cannot be used with --room/],
    ['--progress 10ms -- true', /at least 1s/],
    ['--no-such-flag -- true', /--no-such-flag/],
  ] as const)
    it(`refuses ${words}`, async () => {
      const {status, stderr} = await runXmpp(`run bob@localhost ${words}`, env)
      assert.equal(status, 2)
      assert.match(stderr, sentence)
    })

  it('does not start the command when the result cannot be written', async () => {
    const words = 'xmpp run bob@localhost --result /does/not/exist -- echo started'
    const {status, stdout} = await sh(words, env)
    assert.deepEqual({status, stdout}, {status: 73, stdout: ''})
  })
})
