import assert from 'node:assert/strict'
import {symlinkSync} from 'node:fs'
import path from 'node:path'
import {explain} from '../../src/account/explain.ts'
import {EXIT, Failure} from '../../src/errors.ts'
import {type Home, newHome, settingsOf} from './home.ts'

const CONFIG = `
default_account = "work"

[defaults]
server = "xmpp://defaults.example"
connect_timeout = "1s"

[accounts.work]
jid = "juliet@capulet.example/desk"
server = "xmpp://account.example"
password_file = "secret"

[accounts.home]
jid = "romeo@montague.example"
retry = 2
`

describe('settings', () => {
  let home: Home
  beforeEach(() => {
    home = newHome()
  })
  afterEach(() => home.remove())

  it('flag > environment > account > [defaults] > built in', async () => {
    home.write(CONFIG)
    const flags = {server: 'xmpp://flag.example'}
    const env = {...home.env, XMPP_SERVER: 'xmpp://env.example'}
    assert.equal((await settingsOf(flags, env)).server, 'xmpp://flag.example')
    assert.equal((await settingsOf({}, env)).server, 'xmpp://env.example')
    assert.equal((await settingsOf({}, home.env)).server, 'xmpp://account.example')
    assert.equal((await settingsOf({account: 'home'}, home.env)).server, 'xmpp://defaults.example')
    assert.equal((await settingsOf({jid: 'a@b.example'}, {})).server, undefined)
  })

  it('several servers are a list in the config file, and have commas elsewhere', async () => {
    const servers = 'xmpps://a.example,xmpp://b.example:15222'
    home.write('[defaults]\nserver = ["xmpps://a.example", "xmpp://b.example:15222"]')
    assert.equal((await settingsOf({jid: 'a@b.example'}, home.env)).server, servers)
    const settings = await settingsOf({jid: 'a@b.example', server: servers}, {})
    assert.equal(settings.server, servers)
    assert.equal(explain(settings).find(({key}) => key === 'server')?.value, servers)
  })

  it('explains each value, and the sources that it overrides', async () => {
    home.write(CONFIG)
    const env = {...home.env, XMPP_SERVER: 'xmpp://env.example', XMPP_PROXY: 'http://u:p@h:1'}
    const values = explain(await settingsOf({}, env))
    const explained = (name: string) => values.find(({key}) => key === name)
    assert.deepEqual(explained('server'), {
      key: 'server',
      value: 'xmpp://env.example',
      origin: 'XMPP_SERVER',
      unused: ['account work', '[defaults]'],
    })
    assert.equal(explained('proxy')?.value, 'http://***@h:1')
    assert.equal(explained('account')?.origin, 'default_account')
    assert.equal(explained('retry')?.origin, 'built in')
  })

  it('an empty variable counts as not set', async () => {
    home.write(CONFIG)
    const {jid, server} = await settingsOf({}, {...home.env, XMPP_JID: '', XMPP_SERVER: ''})
    assert.equal(jid.full, 'juliet@capulet.example/desk')
    assert.equal(server, 'xmpp://account.example')
  })

  it('a JID selects the account that has it, and no other', async () => {
    home.write(CONFIG)
    assert.equal((await settingsOf({jid: 'romeo@montague.example'}, home.env)).account, 'home')
    const stranger = await settingsOf({jid: 'nurse@capulet.example'}, home.env)
    assert.equal(stranger.account, undefined)
    assert.equal(stranger.secret.kind, 'prompt')
    const variable = {...home.env, XMPP_JID: 'nurse@capulet.example'}
    assert.equal((await settingsOf({}, variable)).account, undefined)
  })

  it('a JID that is not that of the named account is refused', async () => {
    home.write(CONFIG)
    const flags = {account: 'work', jid: 'romeo@montague.example'}
    await refuses(settingsOf(flags, home.env), EXIT.usage, 'account-mismatch')
  })

  it('a flag with a JID overrides a variable with an account', async () => {
    home.write(CONFIG)
    const env = {...home.env, XMPP_ACCOUNT: 'work'}
    const {account} = await settingsOf({jid: 'romeo@montague.example'}, env)
    assert.equal(account, 'home')
  })

  it('the only account needs no name', async () => {
    home.write('[accounts.one]\njid = "juliet@capulet.example"\n')
    assert.equal((await settingsOf({}, home.env)).account, 'one')
  })

  it('an unknown account is a configuration error', async () => {
    home.write(CONFIG)
    const asked = settingsOf({account: 'wrok'}, home.env)
    const {hint = ''} = await refuses(asked, EXIT.config, 'unknown-account')
    assert.match(hint, /work, home/)
  })

  it('without a JID, the error says how to give one', async () => {
    const {hint = ''} = await refuses(settingsOf({}, home.env), EXIT.usage, 'missing-value')
    assert.match(hint, /--jid JID or XMPP_JID.*xmpp login/)
  })

  it('a malformed value is 65 from a flag, and 78 from the file', async () => {
    await refuses(settingsOf({jid: 'a b@c.example'}, home.env), EXIT.data, 'malformed-jid')
    home.write('[accounts.x]\njid = "a b@c.example"\n')
    const failure = await refuses(settingsOf({}, home.env), EXIT.config, 'malformed-jid')
    assert.match(failure.message, /config file, account x/)
    home.write('[accounts.x]\njid = "a@c.example"\ntimeout = "soon"\n')
    await refuses(settingsOf({}, home.env), EXIT.config, 'bad-duration')
  })

  it('paths in the file are relative to the file', async () => {
    home.write(CONFIG)
    const secret = path.join(path.dirname(home.config), 'secret')
    assert.equal((await settingsOf({}, home.env)).secret.detail, secret)
  })

  it('a domain is a valid JID for an anonymous account only', async () => {
    await refuses(settingsOf({jid: 'capulet.example'}, home.env), EXIT.data, 'malformed-jid')
    const {anonymous} = await settingsOf({jid: 'capulet.example', anonymous: true}, home.env)
    assert.equal(anonymous, true)
  })

  it('a password in the address of a proxy is refused only as a flag', async () => {
    const jid = 'juliet@capulet.example'
    const proxy = 'http://user:canary@proxy.example:3128'
    const failure = await refuses(settingsOf({jid, proxy}, home.env), EXIT.usage, 'secret-on-argv')
    assert.doesNotMatch(JSON.stringify(failure), /canary/)
    assert.equal((await settingsOf({jid}, {...home.env, XMPP_PROXY: proxy})).proxy, proxy)
  })

  it('does not show text that may be the password of a proxy', async () => {
    for (const proxy of [
      'http://user:canary@h:1',
      'user:canary@h:1',
      'http://user:can@ry/canary@h:1',
      'http:/user:canary@h',
      'socks5h://user%3Acanary%40h',
      'http://user:canary%40h:1',
      'user:canary',
    ]) {
      const env = {XMPP_PROXY: proxy}
      const values = explain(await settingsOf({jid: 'juliet@capulet.example'}, env))
      assert.doesNotMatch(JSON.stringify(values), /canary/, proxy)
    }
    const env = {XMPP_PROXY: 'socks5h://127.0.0.1:9050'}
    const values = explain(await settingsOf({jid: 'juliet@capulet.example'}, env))
    assert.equal(values.find(({key}) => key === 'proxy')?.value, env.XMPP_PROXY)
    for (const proxy of ['http://u:can/ary@h', 'u:canary@h', 'http://u:can@ary@h'])
      await refuses(settingsOf({jid: 'a@b.example', proxy}, {}), EXIT.usage, 'secret-on-argv')
  })

  it('explains unset values, built-in values, and unused password sources', async () => {
    home.write('[accounts.a]\njid = "a@b.example"\nkeyring = true\n')
    const env = {...home.env, XMPP_PASSWORD: 'canary'}
    const values = explain(await settingsOf({'password-file': 'x'}, env))
    const explained = (name: string) => values.find(({key}) => key === name)
    assert.deepEqual(explained('password')?.unused, ['XMPP_PASSWORD', 'account a'])
    assert.deepEqual(
      [explained('timeout')?.value, explained('timeout')?.origin],
      ['30s', 'built in'],
    )
    assert.deepEqual([explained('proxy')?.value, explained('proxy')?.origin], [null, 'not set'])
  })

  it('an anonymous account has no password source', async () => {
    const {secret} = await settingsOf({jid: 'b.example', anonymous: true}, {})
    assert.deepEqual([secret.kind, secret.origin], ['anonymous', '--anonymous'])
  })

  it('--retry must be a whole number', async () => {
    for (const retry of ['-1', '1.5', 'two', ''])
      await refuses(settingsOf({jid: 'a@b.example', retry}, home.env), EXIT.usage, 'usage')
  })

  it('never reads the working directory: relative XDG paths are ignored', async () => {
    home.write(CONFIG)
    symlinkSync(path.dirname(path.dirname(home.config)), path.join(home.env.HOME, 'here'))
    const before = process.cwd()
    process.chdir(home.env.HOME)
    try {
      await refuses(settingsOf({}, {XDG_CONFIG_HOME: 'here'}), EXIT.usage, 'missing-value')
    } finally {
      process.chdir(before)
    }
  })
})

async function refuses(promise: Promise<unknown>, exitCode: number, code: string) {
  const error = await promise.then(
    () => assert.fail('it was accepted'),
    (error) => error as unknown,
  )
  assert.ok(error instanceof Failure, String(error))
  assert.deepEqual([error.exitCode, error.code], [exitCode, code])
  return error
}
