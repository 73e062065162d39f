/** docs/learn.md: its trace is that of a real run, and both bots answer. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {openSandbox, type Sandbox} from '../../scripts/sandbox/sandbox.ts'
import {hasSlixmpp} from '../peers/peer.ts'
import {run, sh} from '../support/cli.ts'
import {codeBlocks} from '../support/markdown.ts'

const blocks = codeBlocks('docs/learn.md')
const [send = '', listen = '', bot = ''] = blocks.flatMap(({language, text}) =>
  language === 'sh' ? [text.trim()] : [],
)
const lines = blocks.flatMap(({language, text}) =>
  language === 'text' ? text.trim().split('\n') : [],
)

/** A line of the page as a pattern: times and `…` stand for anything. The order of attributes changes from run to run. */
function patternOf(line: string): RegExp {
  const text = line
    .replace(/^\S+/, '')
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(' …', '(?:| .*)')
    .replaceAll('…', '.*')
    .replace(/ +/g, ' +')
  return new RegExp(`^ +\\S+${text}$`)
}

/** Each line of the page is in the trace, in this order. */
function assertInOrder(trace: string, expected: string[]): void {
  const rest = trace.split('\n')
  for (const line of expected) {
    const pattern = patternOf(line)
    const position = rest.findIndex((traced) => pattern.test(traced))
    assert.notEqual(position, -1, `${line}\nis not in the rest of the trace:\n${rest.join('\n')}`)
    rest.splice(0, position + 1)
  }
}

/** The file of the page, with the address of the sandbox, since its domain has no DNS records. */
const RUNNER = `
import os, runpy, sys
import slixmpp
sys.path.insert(0, os.environ["PEERS"])
from slixmpp_connection import connect

original = slixmpp.ClientXMPP.connect

def connect_to_sandbox(client):
    slixmpp.ClientXMPP.connect = original
    connect(client, os.environ["CA_FILE"], "127.0.0.1", int(os.environ["TLS_PORT"]))

slixmpp.ClientXMPP.connect = connect_to_sandbox
runpy.run_path("echo_bot.py", run_name="__main__")
`

describe('docs/learn.md', function () {
  this.timeout(60_000)
  let sandbox: Sandbox
  let folder: string
  let env: NodeJS.ProcessEnv
  before(async () => {
    sandbox = await openSandbox()
    env = sandbox.env(process.env)
    folder = mkdtempSync(path.join(tmpdir(), 'xmpp-learn-'))
  })
  after(async () => {
    rmSync(folder, {recursive: true})
    await sandbox.stop()
  })

  it('has the trace of a message, from TCP to the end', async () => {
    const {status, stderr} = await sh(send, env)
    assert.equal(status, 0, stderr)
    assertInOrder(stderr, lines.slice(0, end(lines) + 1))
  })

  it('has the trace of its receiver', async () => {
    const {status, stderr} = await sh(listen, env)
    assert.equal(status, 0, stderr)
    assertInOrder(stderr, lines.slice(end(lines) + 1))
  })

  async function assertAnswers(command: string, environment: NodeJS.ProcessEnv): Promise<void> {
    const running = run(`cd ${folder}; exec ${command}`, environment)
    const {stdout} = await sh('xmpp ask bob@localhost Hello --any-text --timeout 30s', env)
    running.child.kill()
    const {stderr} = await running.outcome
    assert.equal(stdout, 'You wrote: Hello\n', stderr)
  }

  it('has a bot that answers', () => assertAnswers(bot, env))

  it('has a bot of slixmpp that answers', async function () {
    if (!hasSlixmpp()) return this.skip()
    const file = blocks.find(({language}) => language === 'python')
    assert.ok(file)
    writeFileSync(path.join(folder, 'echo_bot.py'), file.text)
    writeFileSync(path.join(folder, 'run.py'), RUNNER)
    const {account, ca, tlsPort} = sandbox.server
    const {jid, password} = account('bob')
    await assertAnswers('/usr/bin/python3 run.py', {
      ...env,
      CA_FILE: ca,
      PEERS: path.join(import.meta.dirname, '../peers'),
      TLS_PORT: String(tlsPort),
      XMPP_JID: jid,
      XMPP_PASSWORD: password,
    })
  })
})

/** The last line of the first trace. */
const end = (all: string[]): number => all.findIndex((line) => line.endsWith('</stream:stream>'))
