import assert from 'node:assert/strict'
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {createInterface} from 'node:readline/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {environment, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

const installed = ['dbus-daemon', 'gnome-keyring-daemon'].every(
  (name) => spawnSync(name, ['--version']).status === 0,
)

/** A separate bus with an unlocked, empty keyring. */
async function startKeyring(dir: string) {
  mkdirSync(dir, {recursive: true, mode: 0o700})
  const env = {PATH: process.env.PATH, HOME: dir, XDG_DATA_HOME: dir, XDG_RUNTIME_DIR: dir}
  const quiet = ['ignore', 'pipe', 'ignore'] as const
  const bus = spawn('dbus-daemon', ['--session', '--print-address'], {env, stdio: [...quiet]})
  const [address] = (await once(createInterface(bus.stdout), 'line')) as [string]
  const own = {...env, DBUS_SESSION_BUS_ADDRESS: address}
  const words = ['--unlock', '--components=secrets', '--foreground']
  const keyring = spawn('gnome-keyring-daemon', words, {
    env: own,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  keyring.stdin.end('password of the keyring')
  const stop = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill()
    await ended
  }
  return {
    address,
    async stop() {
      await stop(keyring)
      await stop(bus)
    },
  }
}

describe('the keyring', function () {
  this.timeout(60_000)
  let server: TestServer
  let keyring: Awaited<ReturnType<typeof startKeyring>>
  before(async function () {
    if (!installed) return this.skip()
    server = await startProsody({users: ['alice']})
    keyring = await startKeyring(path.join(server.dir, 'keyring'))
  })
  after(async () => {
    await keyring?.stop()
    await server?.stop()
  })

  it('has the password from xmpp login to xmpp logout', async () => {
    const {XMPP_JID, XMPP_PASSWORD, ...rest} = environment(server, 'alice')
    const env: NodeJS.ProcessEnv = {...rest, DBUS_SESSION_BUS_ADDRESS: keyring.address}
    const login = `xmpp login ${XMPP_JID} --json`
    // The daemon needs a moment to appear on its bus; until then the command uses a file.
    for (let store = ''; store !== 'keyring'; await sleep(100)) {
      const {stdout} = await sh(login, {...env, XMPP_PASSWORD})
      store = JSON.parse(stdout).store
    }
    const config = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp/config.toml')
    assert.match(readFileSync(config, 'utf8'), /^keyring = true$/m)

    const ping = () =>
      runXmpp('ping --json', {...env, XDG_STATE_HOME: path.join(server.dir, 'new')})
    const result = await ping()
    assert.equal(result.status, 0, result.stdout)
    assert.equal((await runXmpp('logout', env)).status, 0)
    assert.doesNotMatch(readFileSync(config, 'utf8'), /keyring/)
    const forgetful = path.join(server.dir, 'forgetful.toml')
    writeFileSync(forgetful, `[accounts.a]\njid = "${XMPP_JID}"\nkeyring = true\n`)
    const state = path.join(server.dir, 'newer')
    const command = `xmpp ping --config ${forgetful} --json`
    const {error} = JSON.parse((await sh(command, {...env, XDG_STATE_HOME: state})).stdout)
    assert.equal(error.message, `The keyring has no password for ${XMPP_JID}`)
    assert.equal(error.exitCode, 78)
  })

  it('loses the password if a later login stores it elsewhere', async () => {
    const {XMPP_JID, XMPP_PASSWORD, ...rest} = environment(server, 'alice')
    const env: NodeJS.ProcessEnv = {
      ...rest,
      DBUS_SESSION_BUS_ADDRESS: keyring.address,
      XDG_CONFIG_HOME: path.join(server.dir, 'moving'),
    }
    const asking = path.join(server.dir, 'asking.toml')
    writeFileSync(asking, `[accounts.a]\njid = "${XMPP_JID}"\nkeyring = true\n`)
    for (const store of ['file', 'none']) {
      for (const place of ['keyring', store]) {
        const command = `xmpp login ${XMPP_JID} --store ${place}`
        assert.equal((await sh(command, {...env, XMPP_PASSWORD})).status, 0)
      }
      const state = path.join(server.dir, `without-${store}`)
      const {stdout} = await runXmpp(`ping --config ${asking} --json`, {
        ...env,
        XDG_STATE_HOME: state,
      })
      assert.match(JSON.parse(stdout).error.message, /^The keyring has no password/)
    }
  })
})
