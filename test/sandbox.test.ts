/** `npm run sandbox`, as scripts and shells use it. */
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {allShellsEnded} from '../scripts/sandbox/processes.ts'
import {atTerminal} from './cli/terminal.ts'
import {environment, linesOf, sh, start} from './support/cli.ts'

const ROOT = path.join(import.meta.dirname, '..')
/** Without the scripts before it, which build the program. */
const SANDBOX = `npm --prefix ${ROOT} run --silent --ignore-scripts sandbox`

async function untilDeleted(folder: string): Promise<void> {
  while (existsSync(folder)) await sleep(50)
}

describe('npm run sandbox', function () {
  this.timeout(60_000)
  const env = environment()
  let dir: string
  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'xmpp-sandbox-test-'))
  })
  after(() => rmSync(dir, {recursive: true}))

  it('runs a command with two accounts and a room, and exits with its status', async () => {
    const script = `
echo "$XDG_STATE_HOME"
xmpp send bob@localhost hello
xmpp listen --account bob --count 1 --json | jq -r 'select(.body).body'
xmpp room info room@conference.localhost --json | jq .persistent
exit 7
`
    writeFileSync(path.join(dir, 'script.sh'), script)
    const foreign = {XMPP_JID: 'somebody@example.net', XMPP_PASSWORD: 'wrong'}
    const {status, stderr, stdout} = await sh(`cd ${dir} && ${SANDBOX} -- sh script.sh`, {
      ...env,
      ...foreign,
    })
    assert.equal(stderr, '')
    const [state = '', accepted = '', ...others] = stdout.trimEnd().split('\n')
    assert.match(accepted, /^bob@localhost: accepted/)
    assert.deepEqual([others, status], [['hello', 'true'], 7])
    assert.ok(!existsSync(state), 'the folder of the server is left behind')
  })

  it('reports a command that does not exist', async () => {
    const {status, stderr} = await sh(`${SANDBOX} -- no-such-command`, env)
    assert.deepEqual(
      [status, stderr],
      [127, 'sandbox: no-such-command cannot be started: spawn no-such-command ENOENT\n'],
    )
  })

  it('prints lines for eval, and its server ends with the shell', async () => {
    const script = `eval "$(cd / && ${SANDBOX})"
      xmpp whoami --json | jq -r .jid; xmpp whoami -a bob --json | jq -r .jid; echo "$XDG_STATE_HOME"`
    const {status, stderr, stdout} = await sh(script, {...env, XMPP_JID: 'somebody@example.net'})
    const [alice, bob, state = ''] = stdout.split('\n')
    assert.match(`${alice} ${bob}`, /^alice@localhost\/\S+ bob@localhost\/\S+$/)
    assert.deepEqual([status, stderr], [0, ''])
    await untilDeleted(state)
  })

  it('serves several shells, until the last one ends or it is killed', async () => {
    const script = `eval "$(${SANDBOX})"; sh -c 'echo $$ >> ${'$'}{XDG_STATE_HOME%/*}/shells'
      xmpp whoami >/dev/null && echo "$XDG_STATE_HOME"; kill $XMPP_SANDBOX_PID
      while [ -e "$XDG_STATE_HOME" ]; do sleep 0.1; done; echo ended`
    const {stdout} = await sh(script, env)
    assert.match(stdout, /\nended\n$/)
  })

  it('ends if its shell never started', async () => {
    await allShellsEnded(path.join(dir, 'no-such-file'), 0)
  })

  it('passes SIGTERM on to the command, and waits for it', async () => {
    const command = `trap 'echo trapped; exit 9' TERM; echo "$XDG_STATE_HOME"; while :; do sleep 0.1; done`
    writeFileSync(path.join(dir, 'trap.sh'), command)
    const child = start(`cd ${dir} && exec ${SANDBOX} -- sh trap.sh`, env)
    const nextLine = linesOf(child.stdout)
    const state = await nextLine()
    child.kill('SIGTERM')
    assert.equal(await nextLine(), 'trapped')
    await untilDeleted(state)
  })

  it('ends with the process that started it', async () => {
    // A command behind npm keeps the shell from becoming npm itself.
    const child = start(
      `${SANDBOX} -- sh -c 'echo "$XDG_STATE_HOME"; exec sleep 1000'; echo no`,
      env,
    )
    const state = await linesOf(child.stdout)()
    child.kill('SIGKILL')
    await untilDeleted(state)
  })

  it('on a terminal, runs until Ctrl-C and prints lines for other shells', async () => {
    const home = path.join(dir, 'home')
    mkdirSync(home)
    let folder = ''
    await atTerminal(`trap : INT; ${SANDBOX}`, {...env, HOME: home}, async ({press, see}) => {
      const lines = await see(/export PATH=/)
      folder = /XDG_STATE_HOME=(\S+)/.exec(lines)?.[1] ?? ''
      assert.ok(existsSync(folder))
      await press(/Ctrl-C ends the server/, 'C-c')
      await see(/exit \d+/)
    })
    await untilDeleted(folder)
  })
})
