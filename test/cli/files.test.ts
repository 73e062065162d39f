import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {environment, finish, sh, start} from '../support/cli.ts'
import {runXmpp, shRunner} from '../support/runner.ts'

/** Nothing listens there: a run that accepts the file ends with 75. */
const SERVER = 'xmpps://127.0.0.1:1'

/** Every command that reads a file of the user, with `$IN` for that file. */
const READERS: Record<string, string> = {
  'a body': 'send bob@localhost --body-file "$IN"',
  'the config file': 'ping --config "$IN"',
  'the config file of another command': 'config check --config "$IN"',
  'the accounts of a config file': 'accounts list --config "$IN"',
  'a vCard': 'vcard set --file "$IN"',
  'a photo': 'vcard set --photo "$IN"',
  'a roster': 'roster import "$IN"',
  'a room password': 'send r@rooms.localhost hi --room --room-password-file "$IN"',
  'a room password to listen with': 'listen --room r@rooms.localhost --room-password-file "$IN"',
  'the position in an archive': 'history list --position "$IN"',
  'an answer to a form': 'register new@localhost --field-file x="$IN"',
  'a new password': 'password set --new-password-file "$IN"',
  'a CA file': 'ping --ca-file "$IN"',
  'a client certificate': 'ping --client-cert "$IN"',
  'a client key': 'ping --client-key "$IN"',
}

const SECRETS = /password|answer|key/

describe('a file that is read', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'xmpp-input-'))
  after(() => rmSync(dir, {recursive: true}))
  const env = (input: string): NodeJS.ProcessEnv => ({
    ...environment(),
    IN: path.join(dir, input),
    XDG_CONFIG_HOME: path.join(dir, 'config'),
    XDG_STATE_HOME: path.join(dir, 'state'),
    XMPP_JID: 'alice@localhost',
    XMPP_PASSWORD: 'secret',
    XMPP_SERVER: SERVER,
  })
  before(async () => {
    writeFileSync(path.join(dir, 'latin1'), Buffer.from('Gr\xfc\xdfe\n', 'latin1'), {mode: 0o600})
    mkdirSync(path.join(dir, 'folder'))
    await sh('mkfifo "$IN"', env('pipe'))
  })

  const run = async (words: string, input: string) => {
    const {status, stdout} = await runXmpp(`${words} --json`, env(input))
    return [status, JSON.parse(stdout).error.code]
  }

  for (const [what, words] of Object.entries(READERS)) {
    const isConfig = /config|accounts/.test(what)
    const unreadable = SECRETS.test(what) ? [78, 'secret-unavailable'] : [66, 'no-input']

    it(`for ${what}: a FIFO ends with the deadline, a folder and invalid UTF-8 are refused`, async () => {
      const outcomes = await Promise.all([
        run(`${words} --timeout 300ms`, 'pipe'),
        run(words, 'folder'),
        run(words, 'latin1'),
      ])
      assert.deepEqual(outcomes, [
        [124, 'timeout'],
        isConfig ? [78, 'bad-config'] : unreadable,
        isConfig ? [78, 'bad-config'] : what === 'a photo' ? [65, 'bad-photo'] : [65, 'not-utf8'],
      ])
    })
  }

  for (const what of ['a body', 'the config file', 'a roster', 'a room password']) {
    it(`for ${what}: a FIFO whose writer is silent ends with a signal`, async () => {
      const child = start(`exec xmpp ${READERS[what]} --timeout 20s`, env('pipe'))
      const writer = start('exec 3>"$IN"; kill -TERM $PID; cat', {
        ...env('pipe'),
        PID: String(child.pid),
      })
      assert.equal((await finish(child)).status, 143)
      writer.stdin?.end()
      await finish(writer)
    })
  }

  it('does not block a run if it is a FIFO in place of the client id', async () => {
    await sh('mkdir -p "$XDG_STATE_HOME/xmpp" && mkfifo "$XDG_STATE_HOME/xmpp/client-id"', env(''))
    assert.deepEqual(await run('ping --timeout 5s', ''), [75, 'connection-failed'])
  })

  it('is empty if it is /dev/null', async () => {
    const words = 'send bob@localhost --body-file /dev/null --dry-run'
    assert.deepEqual(await run(words, ''), [65, 'empty-body'])
  })
})

describe('standard input', () => {
  const env = {...environment(), XMPP_JID: 'alice@localhost', XMPP_SERVER: SERVER}

  for (const words of [
    'send bob@localhost',
    'send bob@localhost --body-file -',
    'send --raw',
    'send --batch --dry-run',
    'roster import -',
    'vcard set --file -',
  ])
    it(`of xmpp ${words} is refused if it is a folder: 66`, async () => {
      const {status, stdout} = await shRunner(`xmpp ${words} --json < /`, env)
      const {code, message} = JSON.parse(stdout).error
      assert.deepEqual(
        [status, code, message],
        [66, 'no-input', 'Cannot read standard input: it is a folder'],
      )
    })

  it('that cannot be read is refused: 66', async () => {
    const {status, stdout} = await sh('xmpp send bob@localhost --json 0> /dev/null', env)
    assert.deepEqual([status, JSON.parse(stdout).error.code], [66, 'no-input'])
  })

  it('ends with --timeout', async () => {
    const child = start('xmpp send bob@localhost --json --timeout 300ms', env)
    const {status, stdout} = await finish(child)
    assert.deepEqual([status, JSON.parse(stdout).error.code], [124, 'timeout'])
  })

  for (const words of ['send bob@localhost', 'roster import -', 'vcard set --file -'])
    it(`of xmpp ${words} that is not UTF-8 is refused: 65`, async () => {
      const input = Buffer.from('Gr\xfc\xdfe', 'latin1')
      const {status, stdout} = await runXmpp(`${words} --json`, env, input)
      assert.deepEqual([status, JSON.parse(stdout).error.code], [65, 'not-utf8'])
    })
})

describe('an argument that is not UTF-8', () => {
  it('is refused: 65', async () => {
    const command = 'xmpp send bob@localhost "$(printf "Gr\\374\\337e")" --dry-run --json'
    const {status, stdout} = await sh(command, environment())
    assert.deepEqual([status, JSON.parse(stdout).error.code], [65, 'not-utf8'])
  })

  for (const words of ['upload "$name"', 'send bob@localhost --attach="$name"'])
    it(`and names a file is refused with another way: xmpp ${words}: 66`, async () => {
      const name = 'cd "$(mktemp -d)"; name="$(printf "Gr\\374\\337e")"; touch "$name"'
      const {status, stdout} = await sh(`${name}; xmpp ${words} --json`, environment())
      const {code, exitCode, hint, message} = JSON.parse(stdout).error
      assert.deepEqual([status, exitCode, code], [66, 66, 'no-input'])
      assert.match(message, /^The file name "Gr��e" is not UTF-8 text$/)
      assert.match(hint, /^Rename the file, or read it from standard input: xmpp upload - --name/)
    })

  it('is not confused with one that has U+FFFD', async () => {
    const command = 'xmpp send bob@localhost "�" --dry-run --json'
    assert.equal((await sh(command, environment())).status, 0)
  })
})
