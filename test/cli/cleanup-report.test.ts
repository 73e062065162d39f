import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'

/** Secret stores that fail: the command does everything else, and reports what is left. */
describe('a store that cannot be used', function () {
  this.timeout(60_000)
  let server: TestServer
  let serial = 0
  before(async () => {
    server = await startProsody()
  })
  after(() => server.stop())

  /** A new user with an own config file, and with a keyring service that does not answer. */
  async function newUser() {
    const user = `user-${serial++}`
    await server.addUsers([user])
    const home = path.join(server.dir, user)
    const folder = path.join(home, 'xmpp')
    mkdirSync(folder, {recursive: true})
    const env: NodeJS.ProcessEnv = {
      ...environment(server, user),
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere',
      XDG_CONFIG_HOME: home,
      XDG_STATE_HOME: path.join(home, 'state'),
    }
    const config = path.join(folder, 'config.toml')
    return {
      env,
      folder,
      jid: `${user}@localhost`,
      read: () => readFileSync(config, 'utf8'),
      write: (toml: string) => writeFileSync(config, toml),
      async xmpp(words: string, status: number, schema = 'error', input = '') {
        const {stderr, stdout, ...outcome} = await runXmpp(`${words} --json`, env, input)
        assert.equal(outcome.status, status, stdout + stderr)
        const result = JSON.parse(stdout)
        assertMatchesSchema(result, schema)
        return result
      },
    }
  }

  const CHANGE = 'password set --new-password-file -'

  it('prevents a change of the password', async () => {
    const {folder, jid, write, xmpp} = await newUser()
    write(`[accounts.a]\njid = "${jid}"\nkeyring = true\n`)
    const {error} = await xmpp(CHANGE, 78, 'error', 'fresh')
    assert.match(error.message, /^The keyring cannot be used/)
    write(`[accounts.a]\njid = "${jid}"\npassword_file = "passwords/a"\n`)
    writeFileSync(path.join(folder, 'passwords'), 'a file is in the way')
    const refused = await xmpp(CHANGE, 78, 'error', 'fresh')
    assert.match(
      refused.error.message,
      /^The stored password cannot be replaced \(\S+a: not a directory\)$/,
    )
    await xmpp('whoami', 0, 'whoami')
  })

  it('does not hide that the server removed the account', async () => {
    const {jid, read, write, xmpp} = await newUser()
    write(`[accounts.a]\njid = "${jid}"\nkeyring = true\n`)
    const result = await xmpp(`unregister --confirm ${jid}`, 78, 'unregister')
    assert.equal(result.jid, jid)
    assert.match(
      result.error.message,
      new RegExp(
        `^The server has removed ${jid}, but this could not be deleted: the password of ${jid} in the keyring`,
      ),
    )
    assert.equal(read().trim(), '')
    await xmpp('ping', 77)
  })

  it('does not prevent xmpp accounts remove from removing the rest', async () => {
    const {jid, read, write, xmpp} = await newUser()
    await xmpp('ping', 0, 'ping')
    write(`[accounts.a]\njid = "${jid}"\nkeyring = true\n`)
    const result = await xmpp('accounts remove a', 78, 'accounts-remove')
    assert.match(result.error.message, /in the keyring \(The keyring cannot be used/)
    assert.equal(read().trim(), '')
  })

  it('does not prevent xmpp logout --all from signing out the other accounts', async () => {
    for (const flags of ['--all', '--all --local']) {
      const {folder, jid, read, write, xmpp} = await newUser()
      mkdirSync(path.join(folder, 'passwords'))
      writeFileSync(path.join(folder, 'passwords/b'), 'secret', {mode: 0o600})
      write(`[accounts.a]\njid = "${jid}"\nkeyring = true
[accounts.b]\njid = "b@localhost"\npassword_file = "passwords/b"\n`)
      const result = await xmpp(`logout ${flags}`, 78, 'logout')
      assert.deepEqual(result.accounts, ['b'])
      assert.deepEqual(
        result.failed.map((failed: {jid: string}) => failed.jid),
        [jid],
      )
      assert.equal(result.error.exitCode, 78)
      assert.ok(!existsSync(path.join(folder, 'passwords/b')))
      assert.match(read(), /keyring = true/)
      assert.doesNotMatch(read(), /password_file/)
    }
  })

  it('does not get a password if the account cannot be stored', async () => {
    const {folder, read, write, xmpp} = await newUser()
    const toml = '# mine\naccounts = {x = {jid = "x@localhost"}}\n'
    write(toml)
    const {error} = await xmpp('login --store file', 78)
    assert.match(error.message, /^Cannot edit \S+, line 2, without changing other values$/)
    assert.match(error.hint, /\[accounts\.NAME\]/)
    assert.deepEqual(readdirSync(path.join(folder, 'passwords')), [])
    assert.equal(read(), toml)
  })

  it('keeps the password if another account has the same JID', async () => {
    const {env, xmpp} = await newUser()
    await xmpp('login --account one --store file', 0, 'login')
    await xmpp('login --account two --store file', 0, 'login')
    await xmpp('accounts remove one', 0, 'accounts-remove')
    const {XMPP_JID: _, XMPP_PASSWORD: __, ...stored} = env
    rmSync(env.XDG_STATE_HOME ?? '', {recursive: true})
    assert.equal((await runXmpp('ping', stored)).status, 0)
  })

  it('stores six accounts after six logins at once', async () => {
    const {env, xmpp} = await newUser()
    const users = Array.from({length: 6}, (_, i) => `at-once-${i}`)
    await server.addUsers(users)
    const login = async (user: string) => {
      const {jid, password} = server.account(user)
      return runXmpp('login --store file', {...env, XMPP_JID: jid, XMPP_PASSWORD: password})
    }
    for (const {status, stderr} of await Promise.all(users.map(login)))
      assert.equal(status, 0, stderr)
    const {accounts} = await xmpp('accounts list', 0, 'accounts-list')
    assert.deepEqual(
      accounts.map(({name}: {name: string}) => name).toSorted(),
      users.map((user) => `${user}@localhost`),
    )
    assert.equal(accounts.filter((account: {default: boolean}) => account.default).length, 1)
  })
})
