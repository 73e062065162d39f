/** `xmpp listen` and the spinner on a terminal. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {answerRequests, signInClient} from '../support/admit.ts'
import {environment, sh} from '../support/cli.ts'
import {silent} from '../support/faults.ts'
import {startProsody} from '../support/prosody.ts'
import {openScreen, type Screen} from '../support/screen.ts'
import {newScriptedSession} from '../support/scripted-session.ts'
import type {TestServer} from '../support/server.ts'

const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /

async function onScreen(
  command: string,
  env: NodeJS.ProcessEnv,
  use: (screen: Screen) => Promise<void>,
): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'screen-'))
  const screen = await openScreen(`${command}; exec cat`, dir, {...env, LC_ALL: 'C.UTF-8'})
  try {
    await use(screen)
  } finally {
    await screen.close()
    rmSync(dir, {recursive: true})
  }
}

describe('listen on a terminal', () => {
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
  })
  after(() => server.stop())

  it('says when it is ready, and prints messages with their time, but no presence', async () => {
    const bob = (words: string) => sh(`xmpp ${words}`, environment(server, 'bob'))
    const {jid} = server.account('alice')
    await onScreen('xmpp listen --ids', environment(server, 'alice'), async (screen) => {
      await screen.sees(/^xmpp: Ready as alice@localhost\/\S+; Ctrl-C ends the run$/m)
      await bob(`presence set --to ${jid} --show away`)
      await bob(`send ${jid} "Good morning" --id greeting`)
      const text = await screen.sees(
        /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d bob@localhost\/\S+: \(id greeting\) Good morning$/m,
      )
      assert.doesNotMatch(text, /is away/)
    })
    await onScreen(
      'xmpp listen --include presence',
      environment(server, 'alice'),
      async (screen) => {
        await screen.sees(/Ready as/)
        await bob(`presence set --to ${jid} --show away`)
        await screen.sees(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d bob@localhost\/\S+ is away$/m)
      },
    )
  })
})

describe('times on a terminal', () => {
  it('have the form of the locale, and JSON does not change', async () => {
    const server = await startProsody({users: ['alice']})
    const german = 'LC_ALL= LC_TIME=de_DE.UTF-8 LANG=en_US.UTF-8 xmpp time get'
    const command = `${german}; ${german} --json; ${german} | cat`
    try {
      await onScreen(command, environment(server, 'alice'), async (screen) => {
        const text = await screen.sees(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00:00, .*computer$/m)
        assert.match(text, /^\d\d\.\d\d\.\d{4}, \d\d:\d\d:\d\d \+00:00, .*computer$/m)
        assert.match(text, /"utc":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/)
      })
    } finally {
      await server.stop()
    }
  })
})

describe('the spinner of run --pid', () => {
  it('shows the process, also after a message was sent', async () => {
    const server = await startProsody({users: ['alice', 'bob']})
    const process = spawn('sleep', ['600'])
    const {pid} = process
    const command = `xmpp run bob@localhost --start --pid ${pid}; echo over`
    try {
      await onScreen(command, environment(server, 'alice'), async (screen) => {
        const words = 'listen --count 1 --include message --timeout 20s'
        const {stdout} = await sh(`xmpp ${words}`, environment(server, 'bob'))
        assert.match(stdout, /sleep 600/)
        await screen.sees(new RegExp(`^${SPINNER.source}Waiting for process ${pid}$`, 'm'))
        process.kill()
        assert.doesNotMatch(await screen.sees(/^over$/m), SPINNER)
      })
    } finally {
      process.kill()
      await server.stop()
    }
  })
})

describe('the spinner', () => {
  const {closeAfterEach, env, startServer} = newScriptedSession()
  const at = (port: number) => ({uri: `xmpps://127.0.0.1:${port}`})

  it('shows that the run waits for a connection, and leaves the terminal to the failure', async () => {
    const {port} = closeAfterEach(await silent())
    await onScreen('xmpp ping --connect-timeout 4s', env(at(port)), async (screen) => {
      await screen.sees(new RegExp(`^${SPINNER.source}Connecting to localhost$`, 'm'))
      const text = await screen.sees(/^xmpp: The session did not open within 4 s$/m)
      assert.doesNotMatch(text, SPINNER)
    })
  })

  it('shows that the run waits for an answer', async () => {
    const server = await startServer((peer) => signInClient(peer))
    await onScreen('xmpp ping', env(server), async (screen) => {
      await screen.sees(new RegExp(`^${SPINNER.source}Waiting for localhost$`, 'm'))
    })
  })

  it('leaves the terminal to a password command, which may ask there', async () => {
    const server = await startServer(async (peer) => {
      await signInClient(peer)
      await answerRequests(peer)
    })
    const {XDG_CONFIG_HOME = '', XMPP_PASSWORD: _, ...own} = env(server)
    mkdirSync(path.join(XDG_CONFIG_HOME, 'xmpp'), {recursive: true})
    const config = path.join(XDG_CONFIG_HOME, 'xmpp/config.toml')
    const command = 'sleep 2; echo asked > /dev/tty; echo secret'
    writeFileSync(config, `[defaults]\npassword_command = ["sh", "-c", "${command}"]\n`, {
      mode: 0o600,
    })
    const {status, stdout} = await sh(`script -qec 'xmpp ping' /dev/null`, {
      ...{...own, XDG_CONFIG_HOME, LC_ALL: 'C.UTF-8', TERM: 'xterm'},
    })
    rmSync(config)
    assert.equal(status, 0, stdout)
    assert.match(stdout, /^asked\r\n/)
  })

  it('is not for JSON, and not for a run that is quiet', async () => {
    const server = await startServer((peer) => signInClient(peer))
    const shown = async (flags: string): Promise<boolean> => {
      const command = `script -qec 'xmpp ping --timeout 3s ${flags}' /dev/null`
      const {stdout} = await sh(command, {...env(server), LC_ALL: 'C.UTF-8', TERM: 'xterm'})
      assert.match(stdout, /No answer came within 3 s/)
      return SPINNER.test(stdout)
    }
    const all = await Promise.all(['', '--json', '--quiet'].map(shown))
    assert.deepEqual(all, [true, false, false])
  })
})
