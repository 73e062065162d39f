import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {open} from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import {environment, finish, type Outcome, sh, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp, shRunner} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'
import {shareCode} from '../support/shared-code.ts'

interface Case {
  name: string
  /** The shell words before and after `ping --json`, and the sources of the password. */
  before?: string
  flags?: string
  env?: NodeJS.ProcessEnv
  table?: string
  input?: string
  /** 0, or the exit status and the message. */
  ends: 0 | [status: number, message: RegExp]
}

/** Paths are in the directory of the config file; `good` has the password, in a line of its own. */
const CASES: Case[] = [
  {name: '--password-file works', flags: '--password-file "$DIR/good"', ends: 0},
  {name: '--password-file - works', flags: '--password-file -', input: 'GOOD\nmore\n', ends: 0},
  {
    name: '--password-file <(…) works',
    before: 'exec 9< "$DIR/good";',
    flags: '--password-file /dev/fd/9',
    ends: 0,
  },
  {
    name: '--password-file is a pipe without a writer',
    before: 'rm -f "$DIR/pipe"; mkfifo "$DIR/pipe";',
    flags: '--password-file "$DIR/pipe" --timeout 1s',
    ends: [78, /^The password file .*pipe gave no password in time: No input arrived within 1 s$/],
  },
  {
    name: '--password-file <(…) never ends',
    before: 'rm -f "$DIR/pipe"; mkfifo "$DIR/pipe"; exec 9<>"$DIR/pipe";',
    flags: '--password-file /dev/fd/9 --timeout 1s',
    ends: [78, /^The password file \/dev\/fd\/9 gave no password in time/],
  },
  {
    name: '--password-file is not a regular file',
    flags: '--password-file /dev/zero',
    ends: [78, /^Cannot read the password file \/dev\/zero: it is neither a file nor a pipe$/],
  },
  {
    name: '--password-file is absent',
    flags: '--password-file "$DIR/none"',
    ends: [78, /^Cannot read the password file .*none: no such file or directory$/],
  },
  {
    name: '--password-file is a directory',
    flags: '--password-file "$DIR"',
    ends: [78, /^Cannot read the password file .*: it is a folder$/],
  },
  {
    name: '--password-file is readable by others',
    flags: '--password-file "$DIR/shared"',
    ends: [78, /^Other users can access .*shared \(its mode is 0644\)$/],
  },
  {
    name: '--password-file is readable by the group',
    flags: '--password-file "$DIR/grouped"',
    ends: [78, /^Other users can access .*grouped \(its mode is 0640\)$/],
  },
  {
    name: '--password-file is empty',
    flags: '--password-file "$DIR/empty"',
    ends: [78, /^The password file .*empty has no text in its first line$/],
  },
  {
    name: '--password-file - is empty',
    flags: '--password-file -',
    ends: [78, /^Standard input has no text in its first line$/],
  },
  {name: '--password-file is wrong', flags: '--password-file "$DIR/wrong"', ends: [77, /refused/]},
  {name: 'XMPP_PASSWORD_FILE works', before: 'XMPP_PASSWORD_FILE="$DIR/good"', ends: 0},
  {
    name: 'XMPP_PASSWORD_FILE is absent',
    before: 'XMPP_PASSWORD_FILE="$DIR/none"',
    ends: [78, /^Cannot read the password file .*none: no such file or directory$/],
  },
  {name: 'XMPP_PASSWORD works', env: {XMPP_PASSWORD: 'GOOD'}, ends: 0},
  {name: 'XMPP_PASSWORD is wrong', env: {XMPP_PASSWORD: 'other'}, ends: [77, /refused/]},
  {
    name: 'XMPP_PASSWORD is empty, which is absent',
    env: {XMPP_PASSWORD: ''},
    ends: [2, /^The password is missing, and there is no terminal for a prompt$/],
  },
  {name: 'password_file works', table: 'password_file = "good"', ends: 0},
  {
    name: 'password_file is absent',
    table: 'password_file = "none"',
    ends: [78, /^Cannot read the password file .*none: no such file or directory$/],
  },
  {name: 'password_command works', table: 'password_command = ["cat", "DIR/good"]', ends: 0},
  {
    name: 'password_command has no shell',
    table: 'password_command = ["cat DIR/good"]',
    ends: [78, /^The password command cat .*good does not exist$/],
  },
  {
    name: 'password_command fails',
    table: 'password_command = ["sh", "-c", "echo GOOD; echo the safe is locked >&2; exit 3"]',
    ends: [78, /^The password command sh failed with status 3$/],
  },
  {
    name: 'password_command prints nothing',
    table: 'password_command = ["true"]',
    ends: [78, /^The password command true printed nothing$/],
  },
  {
    name: 'password_command cannot be run',
    table: 'password_command = ["DIR/good"]',
    ends: [78, /^The password command .*good cannot be run: permission denied$/],
  },
  {
    name: 'password_command dies',
    table: `password_command = ["sh", "-c", "kill -9 $$"]`,
    ends: [78, /^The password command sh failed by SIGKILL$/],
  },
  {
    name: 'password_command prints without end',
    table: 'password_command = ["yes"]',
    ends: [78, /^The password command yes printed more than a password$/],
  },
  {
    name: 'password_command takes too long',
    table: 'password_command = ["sleep", "60"]',
    ends: [78, /^The password command sleep did not end within 10 s$/],
  },
  {
    name: 'password_command takes longer than --timeout',
    table: 'password_command = ["sleep", "60"]',
    flags: '--timeout 1s',
    ends: [
      78,
      /^The password command sleep gave no password in time: No input arrived within 1 s$/,
    ],
  },
  {
    name: 'password_command leaves a child process that keeps its output open',
    table: 'password_command = ["sh", "-c", "sleep 15 & cat DIR/good"]',
    ends: 0,
  },
  {
    name: 'password_command is empty',
    table: 'password_command = [""]',
    ends: [78, /password_command in \[accounts\.a\] must be a list of texts/],
  },
  {
    name: 'XMPP_PASSWORD has a tab',
    env: {XMPP_PASSWORD: 'a\tb'},
    ends: [65, /^The password contains a character that is not allowed/],
  },
  {
    name: 'the keyring is absent',
    table: 'keyring = true',
    env: {DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere'},
    ends: [78, /^The keyring cannot be used: .+$/],
  },
  {
    name: 'the keyring takes too long',
    table: 'keyring = true',
    before: 'DBUS_SESSION_BUS_ADDRESS="unix:path=$DIR/silent-bus"',
    ends: [78, /^The keyring did not answer within 3 s$/],
  },
  {
    name: 'nothing is configured',
    ends: [2, /^The password is missing, and there is no terminal for a prompt$/],
  },
  {
    name: 'the first configured source fails, and no other one is used',
    flags: '--password-file "$DIR/none"',
    env: {XMPP_PASSWORD: 'GOOD'},
    table: 'password_file = "good"',
    ends: [78, /^Cannot read the password file .*none/],
  },
  {
    name: 'the environment comes before the config file',
    env: {XMPP_PASSWORD: 'other'},
    table: 'password_file = "good"',
    ends: [77, /refused/],
  },
]

describe('secret sources', function () {
  this.timeout(60_000)
  let server: TestServer
  let bus: net.Server
  let dir: string
  before(async () => {
    server = await startProsody({users: ['alice']})
    dir = path.join(environment(server).XDG_CONFIG_HOME ?? '', 'xmpp')
    mkdirSync(dir, {recursive: true})
    const {password} = server.account('alice')
    const files = {good: password, shared: password, grouped: password, empty: '', wrong: 'other'}
    for (const [name, text] of Object.entries(files))
      writeFileSync(path.join(dir, name), `${text}\n`, {mode: 0o600})
    chmodSync(path.join(dir, 'shared'), 0o644)
    chmodSync(path.join(dir, 'grouped'), 0o640)
    bus = net.createServer((socket) => void socket.resume()).listen(path.join(dir, 'silent-bus'))
  })
  after(async () => {
    bus.close()
    await server.stop()
  })

  const fill = (text: string): string =>
    text.replaceAll('DIR', dir).replaceAll('GOOD', server.account('alice').password)

  async function run({before = '', env = {}, flags = '', input, table = ''}: Case) {
    const {XMPP_PASSWORD: _, ...own} = environment(server, 'alice')
    const jid = server.account('alice').jid
    writeFileSync(path.join(dir, 'config.toml'), `[accounts.a]\njid = "${jid}"\n${fill(table)}\n`)
    forgetToken(own)
    const filled = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, fill(value ?? '')]),
    )
    const command = `${before} xmpp ping --json ${flags}`
    const all = {...own, DIR: dir, ...filled}
    const needsProcess = input !== undefined || flags.includes('/dev/fd/')
    return needsProcess ? sh(command, all, input && fill(input)) : shRunner(command, all)
  }

  /** With the token of an earlier case, no password would be needed. */
  function forgetToken({XDG_STATE_HOME: state = ''}: NodeJS.ProcessEnv): void {
    rmSync(state, {force: true, recursive: true})
    shareCode(state)
  }

  for (const {ends, ...given} of CASES) {
    it(given.name, async () => {
      const {status, stderr, stdout} = await run({...given, ends})
      if (ends === 0) return assert.equal(status, 0, stdout + stderr)
      const [exitCode, message] = ends
      assert.equal(status, exitCode, stdout + stderr)
      const document = JSON.parse(stdout)
      assertMatchesSchema(document, 'error')
      assert.match(document.error.message, message)
      assert.ok(!stdout.includes(server.account('alice').password))
    })
  }

  it('the output of a failing password command is shown', async () => {
    const table = 'password_command = ["sh", "-c", "echo the safe is locked >&2; exit 3"]'
    const {stdout} = await run({name: '', table, ends: 0})
    assert.equal(JSON.parse(stdout).error.hint, 'The command printed: the safe is locked')
  })

  it('the child processes of a password command end with it', async () => {
    const table = 'password_command = ["sh", "-c", "sleep 300 & echo $! > DIR/pid; wait"]'
    const {status} = await run({name: '', table, flags: '--timeout 3s', ends: 0})
    assert.equal(status, 78)
    const pid = readFileSync(path.join(dir, 'pid'), 'utf8').trim()
    const state = (): string => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? ''
      } catch {
        return 'gone'
      }
    }
    // A signal takes effect when its process runs next, and its new parent may not have reaped it yet.
    while (!/^(gone|[ZX])$/.test(state())) await new Promise((resolve) => setImmediate(resolve))
  })

  it('a pipe without a writer can be interrupted', async () => {
    const {XMPP_PASSWORD: _, ...own} = environment(server, 'alice')
    const pipe = path.join(dir, 'signalled')
    await sh(`mkfifo ${pipe}`, own)
    forgetToken(own)
    const child = start(`exec xmpp ping --password-file ${pipe}`, own)
    const outcome = finish(child)
    const writer = await open(pipe, 'w') // waits for the reader
    child.kill('SIGTERM')
    assert.equal((await outcome).status, 143)
    await writer.close()
  })

  it('standard input that never ends is 78 at the end of --timeout, and is read only if it is needed', async () => {
    const {XMPP_PASSWORD: _, ...own} = environment(server, 'alice')
    const waiting = start('xmpp ping --password-file - --timeout 1s', own)
    assert.equal((await finish(waiting)).status, 78)
    const env = {...own, XMPP_PASSWORD_FILE: '-'}
    for (const words of ['config path', 'accounts list', 'whoami --offline', 'logout'])
      assert.equal((await finish(start(`xmpp ${words}`, env))).status, 0, words)
  })

  it('without a home, the config file has no path (78)', async () => {
    const own = {...environment(), HOME: ''}
    const {status, stderr, stdout} = await runXmpp('config path', own)
    assert.deepEqual([status, stdout], [78, ''])
    assert.match(stderr, /no home directory/)
  })

  describe('beside a token', () => {
    const own = () => environment(server, 'alice')
    before(async () => {
      writeFileSync(path.join(dir, 'config.toml'), '')
      assert.equal((await runXmpp('ping', own())).status, 0)
    })

    it('a named file must exist', async () => {
      const {status} = await runXmpp(`ping --password-file ${dir}/none`, own())
      assert.equal(status, 78)
      assert.equal((await runXmpp(`ping --password-file ${dir}/shared`, own())).status, 78)
    })

    it('xmpp whoami signs in with the password, and names the method', async () => {
      const wrong = await runXmpp('whoami --json', {...own(), XMPP_PASSWORD: 'other'})
      assert.equal(wrong.status, 77)
      assert.equal(JSON.parse((await runXmpp('whoami --json', own())).stdout).by, 'password')
      const without = {...own(), XMPP_PASSWORD: ''}
      assert.equal(JSON.parse((await runXmpp('whoami --json', without)).stdout).by, 'token')
    })

    it('a client certificate is sent', async () => {
      const {cert, key} = server.authority.issue({jids: ['alice@localhost']})
      writeFileSync(path.join(dir, 'client.crt'), cert)
      writeFileSync(path.join(dir, 'client.key'), key, {mode: 0o600})
      const flags = `--client-cert ${dir}/client.crt --client-key ${dir}/client.key`
      const {status, stderr} = await runXmpp(`ping --verbose ${flags}`, {
        ...own(),
        XMPP_PASSWORD: '',
      })
      assert.equal(status, 77)
      assert.doesNotMatch(stderr, /the token of an earlier run/)
    })
  })

  it('a password command does not get XMPP_PASSWORD', async () => {
    const table = 'password_command = ["sh", "-c", "env > DIR/seen; cat DIR/good"]'
    const flags = '--account a'
    await run({name: '', table, flags, ends: 0})
    assert.match(readFileSync(path.join(dir, 'seen'), 'utf8'), /XMPP_SERVER=/)
    assert.doesNotMatch(readFileSync(path.join(dir, 'seen'), 'utf8'), /XMPP_PASSWORD=/)
  })

  it('a password on standard input is never sent as a message, with or without a token', async () => {
    const {XMPP_PASSWORD, ...own} = environment(server, 'alice')
    const token = {...own, XDG_STATE_HOME: path.join(server.dir, 'with-token')}
    await runXmpp('ping', {...token, XMPP_PASSWORD})
    for (const env of [own, token]) {
      const words = `xmpp send ${own.XMPP_JID} --password-file - --json`
      const {status, stdout} = await sh(words, env, `${XMPP_PASSWORD}\n`)
      assert.notEqual(status, 0, stdout)
      assert.doesNotMatch(stdout, /accepted/)
    }
    const {status} = await runXmpp('password set --password-file - --new-password-file -', own, 'x')
    assert.equal(status, 2)
  })

  it('with a valid token, no password source is used', async () => {
    const {XMPP_PASSWORD, ...own} = environment(server, 'alice')
    assert.equal((await runXmpp('ping', {...own, XMPP_PASSWORD})).status, 0)
    writeFileSync(path.join(dir, 'config.toml'), '')
    const outcome: Outcome = await runXmpp('ping', own)
    assert.equal(outcome.status, 0, outcome.stderr)
  })

  it('without HOME and on a read-only disk, send needs only two variables', async function () {
    const {jid, password} = server.account('alice')
    const {PATH, XMPP_CA_FILE, XMPP_SERVER} = environment(server)
    const env = {PATH, XMPP_CA_FILE, XMPP_SERVER, XMPP_JID: jid, XMPP_PASSWORD: password}
    const send = `xmpp send ${jid} hello`
    const {status, stderr} = await sh(`${send} --json`, env)
    assert.deepEqual({status, stderr}, {status: 0, stderr: ''})
    // Mounting needs a separate namespace, which some containers do not allow.
    const readOnly = `unshare -rm sh -c 'mount -o remount,bind,ro / && exec "$@"' sh ${send}`
    const probe = await sh(`unshare -rm sh -c 'mount -o remount,bind,ro /'`, env)
    if (probe.status !== 0) return this.skip()
    assert.equal((await sh(readOnly, {...env, HOME: '/nowhere'})).status, 0)
  })
})
