import assert from 'node:assert/strict'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {atTerminal} from './terminal.ts'

describe('at a terminal', function () {
  this.timeout(90_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'eve', 'carol']})
  })
  after(() => server.stop())

  it('xmpp login asks for the JID and the password, and does not show the password', async () => {
    const {jid, password} = server.account('alice')
    const env = environment(server)
    await atTerminal('xmpp login --store file', env, async ({answer, see}) => {
      await answer(/JID \(name@domain\):/, jid)
      await answer(/Password of alice@localhost:/, password)
      const screen = await see(/exit 0/)
      assert.match(screen, /Signed in as alice@localhost\/\S+ with SCRAM/)
      assert.match(screen, /Stored the account alice@localhost, the default, in \S+config\.toml/)
      assert.match(
        screen,
        /Its password is in \S+passwords\/alice%40localhost, which only you can read/,
      )
      assert.match(screen, /Password of alice@localhost: *$/m)
      assert.ok(!screen.includes(password))
    })
    const stored = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp/passwords/alice%40localhost')
    assert.equal(readFileSync(stored, 'utf8'), `${password}\n`)
    await atTerminal('xmpp whoami', env, async ({see}) => {
      assert.match(await see(/exit 0/), /alice@localhost\/\S+ +account alice@localhost/)
    })
  })

  it('xmpp login without a keyring names the file of the password in one sentence', async () => {
    const {jid, password} = server.account('carol')
    const env = {...environment(server), DBUS_SESSION_BUS_ADDRESS: 'unix:path=/dev/null/none'}
    await atTerminal(`xmpp login ${jid}`, env, async ({answer, see}) => {
      await answer(/Password of carol@localhost:/, password)
      const screen = (await see(/exit 0/)).replaceAll('\n', '')
      assert.match(
        screen,
        /Its password is in \S+passwords\/carol%40localhost, which only you can read, because [a-z]/,
      )
    })
  })

  it('an invalid answer is asked again, and its hint disappears', async () => {
    const {jid, password} = server.account('alice')
    await atTerminal(
      'xmpp login --store none',
      environment(server),
      async ({answer, press, see}) => {
        await answer(/JID .*:/, 'no jid')
        await press(/is not valid|malformed|no /, 'C-u')
        await answer(/JID .*: *$/m, 'alice')
        await press(/"alice" names a server, not an account/, 'C-u')
        await answer(/JID .*: *$/m, jid)
        await press(/Password of alice@localhost:/, 'Enter')
        await answer(/It must not be empty/, password)
        assert.doesNotMatch(await see(/exit 0/), /ctrl\+t/)
      },
    )
  })

  it('xmpp login says in few words that a machine without a session has no keyring', async () => {
    const {jid} = server.account('carol')
    const {DBUS_SESSION_BUS_ADDRESS: _, XDG_RUNTIME_DIR: __, ...env} = environment(server, 'carol')
    const {status, stdout} = await sh(`xmpp login ${jid}`, env)
    assert.equal(status, 0)
    assert.match(stdout, /, because the keyring cannot be used: this session has no D-Bus\n/)
  })

  it('xmpp login does not take a word for an account', async () => {
    const {status, stderr} = await sh('xmpp login alice', environment(server))
    assert.equal(status, 65)
    assert.match(stderr, /^xmpp: "alice" names a server, not an account\n/)
  })

  it('xmpp send says that it reads the text from the terminal', async () => {
    const env = environment(server, 'alice')
    await atTerminal('xmpp send eve@localhost', env, async ({answer, press, see}) => {
      await answer(/^xmpp: Reading the input from the terminal; Ctrl-D ends it$/m, 'typed')
      await press(/^typed$/m, 'C-d')
      assert.match(await see(/exit 0/), /eve@localhost: accepted/)
    })
  })

  it('a prompt ends with the run: at its deadline, and by a signal', async () => {
    const env = environment(server)
    await atTerminal('xmpp login eve@localhost --timeout 1s', env, async ({see}) => {
      assert.match(await see(/exit 124/), /No input arrived within 1 s/)
    })
    const command = 'echo $$ > pid; exec xmpp login eve@localhost'
    await atTerminal(`cd ${server.dir}; sh -c '${command}'`, env, async ({see}) => {
      await see(/Password of eve@localhost:/)
      process.kill(Number(readFileSync(path.join(server.dir, 'pid'), 'utf8')), 'SIGTERM')
      await see(/exit 143/)
    })
  })

  it('xmpp roster remove and xmpp room destroy change nothing unless the answer is yes', async () => {
    const env = environment(server, 'alice')
    await atTerminal('xmpp roster remove a@example.com b@example.com', env, async (terminal) => {
      await terminal.answer(/Remove 2 contacts\? \(yes\/no\)/, 'n')
      assert.match(await terminal.see(/exit 2/), /xmpp: Nothing was removed$/m)
    })
    await atTerminal('xmpp room destroy a@rooms.localhost', env, async (terminal) => {
      await terminal.answer(/Remove a@rooms\.localhost for all its users\? \(yes\/no\)/, 'ye')
      assert.match(await terminal.see(/exit 2/), /xmpp: a@rooms\.localhost was not removed$/m)
    })
    await atTerminal('xmpp roster remove a@example.com b@example.com', env, async (terminal) => {
      await terminal.answer(/Remove 2 contacts\?/, 'Y')
      await terminal.see(/exit 67/) // they are no contacts
    })
  })

  it('xmpp password set signs in before it asks for a new password', async () => {
    const env = environment(server, 'eve')
    const wrong = {...env, XMPP_PASSWORD: 'wrong'}
    await atTerminal('xmpp password set', wrong, async ({see}) => {
      assert.doesNotMatch(await see(/exit 77/), /New password/)
    })
    await atTerminal('xmpp password set', env, async ({answer, see}) => {
      const {password} = server.account('eve')
      await answer(/New password for eve@localhost:/, password)
      await answer(/Once more:/, password)
      assert.match(await see(/exit 0/), /Changed the password of eve@localhost/)
    })
  })

  it('xmpp login asks for the password even if an earlier login has stored one', async () => {
    const env = environment(server)
    const stored = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp/passwords/alice%40localhost')
    writeFileSync(stored, 'not any more\n')
    await atTerminal('xmpp login alice@localhost --store file', env, async ({answer, see}) => {
      await answer(/Password of alice@localhost:/, server.account('alice').password)
      await see(/exit 0/)
    })
    assert.equal(readFileSync(stored, 'utf8'), `${server.account('alice').password}\n`)
  })

  it('xmpp login stores nothing when the password is wrong', async () => {
    const {jid} = server.account('eve')
    const env = environment(server)
    await atTerminal(`xmpp login ${jid} --store file`, env, async ({answer, see}) => {
      await answer(/Password of eve@localhost:/, 'wrong')
      assert.match(await see(/exit 77/), /The server refused this JID and password/)
    })
    const file = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp/config.toml')
    assert.ok(!existsSync(file) || !readFileSync(file, 'utf8').includes('eve'))
  })

  it('Ctrl-C and Ctrl-D at a prompt are 130', async () => {
    await atTerminal('xmpp login eve@localhost', environment(server), async ({press, see}) => {
      await press(/Password of eve@localhost:/, 'C-d')
      await see(/exit 130/)
    })
    await atTerminal('xmpp login eve@localhost', environment(server), async ({press, see}) => {
      await press(/Password of eve@localhost:/, 'C-c')
      await see(/exit 130/)
    })
  })

  it('xmpp unregister requires the JID, and then removes the account', async () => {
    const env = environment(server, 'eve')
    await atTerminal('xmpp unregister', env, async ({answer, see}) => {
      await answer(/Type eve@localhost to delete it permanently:/, 'yes')
      assert.match(await see(/exit 2/), /Nothing was deleted/)
    })
    await atTerminal('xmpp unregister', env, async ({answer, see}) => {
      await answer(/Type eve@localhost to delete it permanently:/, 'eve@localhost')
      assert.match(await see(/exit 0/), /Removed eve@localhost/)
    })
    await atTerminal('xmpp whoami', env, async ({see}) => void (await see(/exit 77/)))
  })
})
