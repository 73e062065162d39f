import assert from 'node:assert/strict'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {startRegistrar} from './registrar.ts'
import {openTerminal, type Terminal} from './terminal.ts'

const PICTURE = 'sha1+8f35fef110ffc5df08d579a50083ff9308fb6242@bob.xmpp.org'
const FORM = `
  <x xmlns='jabber:x:data' type='form'>
    <instructions>Welcome to Verona\u{1b}[31m!</instructions>
    <field type='hidden' var='sid'><value>hidden-id</value></field>
    <field type='text-single' var='username'><required/></field>
    <field type='text-private' var='password'><required/></field>
    <field type='list-single' var='house' label='Your house'>
      <option label='Capulet'><value>c</value></option>
      <option label='Montague'><value>m</value></option>
      <required/></field>
    <field type='boolean' var='feud' label='Are you in a feud'><required/></field>
    <field type='text-single' var='ocr' label='Enter the text you see'>
      <media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:${PICTURE}</uri></media>
      <required/></field>
  </x>
  <data xmlns='urn:xmpp:bob' type='image/png' cid='${PICTURE}'>cGljdHVyZQ==</data>`.replace(
  '\u{1b}',
  '\u{202e}',
) // a server cannot send ESC, but it can send what reverses a line

describe('at a terminal', function () {
  this.timeout(90_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'eve']})
  })
  after(() => server.stop())

  const at = async (
    command: string,
    env: NodeJS.ProcessEnv,
    use: (terminal: Terminal) => Promise<void>,
  ): Promise<void> => {
    const terminal = await openTerminal(command, env)
    try {
      await use(terminal)
    } finally {
      await terminal.close()
    }
  }

  it('xmpp login asks for the JID and the password, and shows no password', async () => {
    const {jid, password} = server.account('alice')
    const env = environment(server)
    await at('xmpp login --store file', env, async ({answer, see}) => {
      await answer(/JID:/, jid)
      await answer(/Password of alice@localhost:/, password)
      const screen = await see(/exit 0/)
      assert.match(screen, /Signed in as alice@localhost\/\S+ with SCRAM/)
      assert.match(screen, /Stored the account alice@localhost, the default, in \S+config\.toml/)
      assert.match(
        screen,
        /Its password is in \S+passwords\/alice%40localhost, which only you can read/,
      )
      assert.ok(!screen.includes(password))
    })
    const stored = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp/passwords/alice%40localhost')
    assert.equal(readFileSync(stored, 'utf8'), `${password}\n`)
    await at('xmpp whoami', env, async ({see}) => {
      assert.match(await see(/exit 0/), /alice@localhost\/\S+ +account alice@localhost/)
    })
  })

  it('what is no answer is asked again, and no hint stays behind', async () => {
    const {jid, password} = server.account('alice')
    await at('xmpp login --store none', environment(server), async ({answer, press, see}) => {
      await answer(/JID:/, 'no jid')
      await press(/is not valid|malformed|no /, 'C-u')
      await answer(/JID: *$/m, jid)
      await press(/Password of alice@localhost:/, 'Enter')
      await answer(/It must not be empty/, password)
      assert.doesNotMatch(await see(/exit 0/), /ctrl\+t/)
    })
  })

  it('a prompt ends with the run: at its deadline, and by a signal', async () => {
    const env = environment(server)
    await at('xmpp login eve@localhost --timeout 1s', env, async ({see}) => {
      assert.match(await see(/exit 124/), /Nothing came within 1 s/)
    })
    const command = 'echo $$ > pid; exec xmpp login eve@localhost'
    await at(`cd ${server.dir}; sh -c '${command}'`, env, async ({see}) => {
      await see(/Password of eve@localhost:/)
      process.kill(Number(readFileSync(path.join(server.dir, 'pid'), 'utf8')), 'SIGTERM')
      await see(/exit 143/)
    })
  })

  it('xmpp password set signs in before it asks for a new password', async () => {
    const env = environment(server, 'eve')
    const wrong = {...env, XMPP_PASSWORD: 'wrong'}
    await at('xmpp password set', wrong, async ({see}) => {
      assert.doesNotMatch(await see(/exit 77/), /New password/)
    })
    await at('xmpp password set', env, async ({answer, see}) => {
      const {password} = server.account('eve')
      await answer(/New password for eve@localhost:/, password)
      await answer(/Once more:/, password)
      assert.match(await see(/exit 0/), /Changed the password of eve@localhost/)
    })
  })

  it('xmpp register takes several lines, and no empty answer where one is required', async () => {
    const form = `<x xmlns='jabber:x:data' type='form'>
      <field var='username'/><field var='password' type='text-private'/>
      <field var='why' label='Why' type='text-multi'><required/></field>
      <field var='ocr' label='Letters'><required/></field></x>`
    const registrar = await startRegistrar(form)
    try {
      const command = 'xmpp register romeo@localhost --generate-password'
      await at(command, registrar.env, async ({answer, press, see}) => {
        await press(/Why/, 'Enter')
        await answer(/It must not be empty/, 'first')
        await answer(/…/, 'second')
        await press(/second\s+\S+ … *$/m, 'Enter')
        await press(/Letters/, 'Enter')
        await answer(/It must not be empty/, 'abc')
        await see(/exit 0/)
      })
      const [answer = ''] = registrar.answers
      assert.match(answer, /var="why"><value>first<\/value><value>second<\/value>/)
      assert.match(answer, /var="ocr"><value>abc<\/value>/)
    } finally {
      await registrar.close()
    }
  })

  it('xmpp login asks again for what an earlier login has stored', async () => {
    const env = environment(server)
    const stored = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp/passwords/alice%40localhost')
    writeFileSync(stored, 'not any more\n')
    await at('xmpp login alice@localhost --store file', env, async ({answer, see}) => {
      await answer(/Password of alice@localhost:/, server.account('alice').password)
      await see(/exit 0/)
    })
    assert.equal(readFileSync(stored, 'utf8'), `${server.account('alice').password}\n`)
  })

  it('xmpp login stores nothing when the password is wrong', async () => {
    const {jid} = server.account('eve')
    const env = environment(server)
    await at(`xmpp login ${jid} --store file`, env, async ({answer, see}) => {
      await answer(/Password of eve@localhost:/, 'wrong')
      assert.match(await see(/exit 77/), /The server refused this JID and password/)
    })
    const file = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp/config.toml')
    assert.ok(!existsSync(file) || !readFileSync(file, 'utf8').includes('eve'))
  })

  it('Ctrl-C at a prompt is 130, and nothing happens', async () => {
    await at('xmpp login eve@localhost', environment(server), async ({press, see}) => {
      await press(/Password of eve@localhost:/, 'C-c')
      await see(/exit 130/)
    })
  })

  it('xmpp register fills in the form of a server, picture included', async () => {
    const registrar = await startRegistrar(FORM)
    try {
      await at('xmpp register romeo@localhost', registrar.env, async ({answer, press, see}) => {
        await answer(/New password for romeo@localhost:/, 'first')
        await answer(/Once more:/, 'second')
        await see(/These were not the same/)
        await answer(/same[\s\S]*New password for romeo@localhost:/, 'rosaline')
        await answer(/same[\s\S]*Once more:/, 'rosaline')
        assert.match(await see(/Your house/), /Welcome to Verona\\u\{202e\}\[31m!/)
        await press(/Capulet/, 'Down')
        await press(/❯ Montague/, 'Enter')
        await answer(/Are you in a feud/, 'y')
        const screen = await see(/Enter the text you see/)
        const [, picture = ''] = /Look at (\S+picture-1\.png)/.exec(screen) ?? []
        assert.equal(readFileSync(picture, 'utf8'), 'picture')
        await answer(/Enter the text you see/, 'w8th3r')
        assert.match(await see(/exit 0/), /Created romeo@localhost/)
        assert.equal(existsSync(picture), false)
      })
      const [answer = ''] = registrar.answers
      for (const [name, value] of Object.entries({
        sid: 'hidden-id',
        username: 'romeo',
        password: 'rosaline',
        house: 'm',
        feud: '1',
        ocr: 'w8th3r',
      }))
        assert.match(answer, new RegExp(`var="${name}"[^>]*><value>${value}</value>`))
    } finally {
      await registrar.close()
    }
  })

  it('xmpp unregister wants the JID typed, and then removes the account', async () => {
    const env = environment(server, 'eve')
    await at('xmpp unregister', env, async ({answer, see}) => {
      await answer(/Type eve@localhost to remove it for good:/, 'yes')
      assert.match(await see(/exit 2/), /Nothing was removed/)
    })
    await at('xmpp unregister', env, async ({answer, see}) => {
      await answer(/Type eve@localhost to remove it for good:/, 'eve@localhost')
      assert.match(await see(/exit 0/), /Removed eve@localhost/)
    })
    await at('xmpp whoami', env, async ({see}) => void (await see(/exit 77/)))
  })
})
