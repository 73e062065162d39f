import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, type Outcome} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'
import {type Registrar, startRegistrar} from './registrar.ts'

const FORM = `
  <instructions>Use the enclosed form</instructions>
  <x xmlns='jabber:x:data' type='form'>
    <instructions>Tell us who you are</instructions>
    <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>
    <field type='text-single' var='username' label='Name'><required/></field>
    <field type='text-private' var='password' label='Password'><required/></field>
    <field type='list-single' var='house' label='Your house'>
      <option label='Capulet'><value>c</value></option>
      <option label='Montague'><value>m</value></option>
      <required/>
    </field>
    <field type='text-single' var='email' label='E-mail'/>
  </x>`

const PLAIN = '<username/><password/>'

const refused = (type: string, condition: string, text = ''): string =>
  `<error type='${type}'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
    ${text && `<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>${text}</text>`}</error>`

async function withRegistrar(
  form: string,
  reply: string,
  use: (registrar: Registrar) => Promise<void>,
): Promise<void> {
  const registrar = await startRegistrar(form, reply)
  try {
    await use(registrar)
  } finally {
    await registrar.close()
  }
}

describe('xmpp register', function () {
  this.timeout(60_000)

  describe('with a form', () => {
    let registrar: Registrar
    before(async () => {
      registrar = await startRegistrar(FORM)
    })
    after(() => registrar.close())

    const register = (flags: string): Promise<Outcome> =>
      runXmpp(`register romeo@localhost --generate-password --json ${flags}`, registrar.env)

    it('submits --field, by value or label', async () => {
      const {status, stdout} = await register('--field house=Montague --field email=r@localhost')
      assert.equal(status, 0, stdout)
      const result = JSON.parse(stdout)
      assertMatchesSchema(result, 'register')
      assert.match(result.password, /^[\w-]{24}$/)
      const [answer = ''] = registrar.answers
      assert.match(answer, /<field var="house"><value>m<\/value>/)
      assert.match(answer, /<field var="email"><value>r@localhost<\/value>/)
      assert.match(answer, /<field var="username"><value>romeo<\/value>/)
      assert.ok(answer.includes(`<field var="password"><value>${result.password}</value>`))
    })

    it('submits --form, which --field overrides', async () => {
      const file = path.join(registrar.env.HOME ?? '', 'form.json')
      writeFileSync(file, JSON.stringify({house: 'c', email: 'form@localhost'}))
      assert.equal((await register(`--form ${file} --field house=m`)).status, 0)
      const answer = registrar.answers.at(-1) ?? ''
      assert.match(answer, /<field var="house"><value>m<\/value>/)
      assert.match(answer, /<field var="email"><value>form@localhost<\/value>/)
    })

    it('names the missing fields without a terminal', async () => {
      const {error} = failure(await register(''), 2)
      assert.equal(error.message, 'The form also requires house (Your house)')
      assert.equal(error.hint, 'Give --field house=…')
    })

    it('refuses an unknown field, an invalid option, and a secret in argv', async () => {
      const code = async (flags: string) => failure(await register(flags), 2).error.code
      assert.equal(await code('--field hause=m'), 'unknown-field')
      assert.equal(await code('--field house=x'), 'bad-answer')
      assert.equal(await code('--field password=x --field house=m'), 'secret-on-argv')
      assert.equal(await code('--field username=juliet --field house=m'), 'usage')
      assert.equal(await code('--field house=m --field house=c'), 'usage')
    })
  })

  it('a picture with text needs a terminal', async () => {
    const registrar = await startRegistrar(`<x xmlns='jabber:x:data' type='form'>
      <field var='username'/><field var='password' type='text-private'/>
      <field var='captcha-fallback-url'><value>https://localhost/captcha</value></field>
      <field var='ocr' label='Enter the text you see'>
        <media xmlns='urn:xmpp:media-element'><uri type='image/png'>https://localhost/x.png</uri></media>
        <required/></field></x>`)
    try {
      const command = 'register romeo@localhost --generate-password --json'
      const {error} = failure(await runXmpp(command, registrar.env), 2)
      assert.match(
        error.hint,
        /^It shows a picture to be read \(it is also at https:\/\/localhost\/captcha\)/,
      )
    } finally {
      await registrar.close()
    }
  })

  it('a generated password is in the result if it cannot be stored', async () => {
    const registrar = await startRegistrar('<username/><password/>')
    try {
      const {HOME = ''} = registrar.env
      writeFileSync(path.join(HOME, '.config'), 'a file is in the way')
      const flags = '--generate-password --login --store file --json'
      const {status, stdout} = await runXmpp(`register romeo@localhost ${flags}`, registrar.env)
      assert.equal(status, 78)
      assert.equal(JSON.parse(stdout).account, null)
      assert.ok(registrar.answers[0]?.includes(JSON.parse(stdout).password))
    } finally {
      await registrar.close()
    }
  })

  it('no password is generated if it would be neither shown nor stored', async () => {
    for (const flags of ['-q', '-q --login --store none']) {
      const command = `register a@localhost --generate-password ${flags} --json`
      failure(await runXmpp(command, environment()), 2)
    }
  })

  it('a generated password is shown with -q, if it could not be stored', async () => {
    await withRegistrar(PLAIN, '', async ({answers, env}) => {
      writeFileSync(path.join(env.HOME ?? '', '.config'), 'a file is in the way')
      const flags = '--generate-password --login --store file -q'
      const {status, stdout} = await runXmpp(`register romeo@localhost ${flags}`, env)
      assert.equal(status, 78)
      const [, password = '?'] = /shown only now: (\S+)/.exec(stdout) ?? []
      assert.ok(answers[0]?.includes(password))
    })
  })

  it('a generated password is shown if the outcome is unknown (74)', async () => {
    await withRegistrar(PLAIN, 'cut', async ({answers, env}) => {
      const command = 'register romeo@localhost --generate-password --json'
      const {status, stdout} = await runXmpp(command, env)
      assert.equal(status, 74, stdout)
      const result = JSON.parse(stdout)
      assertMatchesSchema(result, 'register')
      assert.ok(answers[0]?.includes(result.password))
    })
  })

  for (const [reply, status, message] of [
    [refused('modify', 'not-acceptable', 'The password is too weak'), 65, /the password$/],
    [refused('cancel', 'not-allowed', 'The CAPTCHA verification has failed'), 65, /its CAPTCHA$/],
    [
      refused('modify', 'not-acceptable', 'The requested username is invalid.'),
      65,
      /the username$/,
    ],
    [refused('modify', 'not-acceptable'), 65, /the answers$/],
    [refused('auth', 'not-authorized'), 69, /requires an invitation$/],
    [
      refused('cancel', 'forbidden', 'Denied by access rules'),
      69,
      /refuses to create the account$/,
    ],
    [refused('wait', 'policy-violation', 'Too many registrations'), 75, /at the moment$/],
    [refused('wait', 'resource-constraint', 'Not so quickly'), 75, /at the moment$/],
    [refused('modify', 'redirect'), 65, /elsewhere$/],
    [
      "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field var='more'/></x></query>",
      69,
      /a second form/,
    ],
  ] as const) {
    it(`reports a refusal: ${message}`, async () => {
      await withRegistrar(PLAIN, reply, async ({env}) => {
        const command = 'register romeo@localhost --generate-password --json'
        assert.match(failure(await runXmpp(command, env), status).error.message, message)
      })
    })
  }

  it('a form without a field for the name or the password is 69, and nothing is sent', async () => {
    for (const form of ['<username/><email/>', '<password/>']) {
      await withRegistrar(form, '', async ({answers, env}) => {
        const command = 'register romeo@localhost --generate-password --json'
        assert.match(failure(await runXmpp(command, env), 69).error.message, /has no field for the/)
        assert.deepEqual(answers, [])
      })
    }
  })

  it('a further secret of the form comes from a file', async () => {
    const form = `<x xmlns='jabber:x:data' type='form'>
      <field var='username'/><field var='password' type='text-private'/>
      <field var='code' type='text-private'><required/></field></x>`
    await withRegistrar(form, '', async ({answers, env}) => {
      const command = 'register romeo@localhost --generate-password --json'
      assert.equal(
        failure(await runXmpp(command, env), 2).error.hint,
        'Give --field-file code=FILE',
      )
      const file = path.join(env.HOME ?? '', 'code')
      writeFileSync(file, 'sesame\nmore', {mode: 0o600})
      assert.equal((await runXmpp(`${command} --field-file code=${file}`, env)).status, 0)
      assert.match(answers[1] ?? answers[0] ?? '', /<field var="code"><value>sesame</)
    })
  })

  it('contradictory arguments are refused before connecting', async () => {
    const env = {...environment(), XMPP_SERVER: 'xmpps://127.0.0.1:1'}
    const code = async (words: string, status: number) =>
      failure(await runXmpp(`register ${words} --json`, env, 'x\ty'), status).error.code
    assert.equal(await code('', 2), 'missing-value')
    assert.equal(await code('a@localhost --jid b@localhost', 2), 'usage')
    assert.equal(await code("a@localhost --token ''", 2), 'usage')
    assert.equal(await code('a@localhost --token https://localhost/i/abc', 65), 'bad-invitation')
    const foreign = '"xmpp:other.example?register;preauth=1"'
    assert.equal(
      await code(`a@localhost --token ${foreign} --generate-password`, 65),
      'bad-invitation',
    )
    assert.equal(await code('a@localhost --password-file -', 65), 'bad-password')
    assert.equal(
      await code(`a@localhost --generate-password --field x=$(printf '\\001')`, 65),
      'bad-answer',
    )
  })

  it('does not register the default account, or under the name of another account', async () => {
    await withRegistrar(PLAIN, '', async ({answers, env}) => {
      const folder = path.join(env.HOME ?? '', '.config/xmpp')
      mkdirSync(folder, {recursive: true})
      writeFileSync(path.join(folder, 'config.toml'), '[accounts.work]\njid = "juliet@localhost"\n')
      const {error} = failure(await runXmpp('register --generate-password --json', env), 2)
      assert.match(error.hint, /as argument, --jid or XMPP_JID/)
      const words = 'register romeo@localhost --generate-password --login --account work --json'
      assert.equal(failure(await runXmpp(`${words}`, env), 2).error.code, 'account-mismatch')
      assert.deepEqual(answers, [])
    })
  })

  it('a closed server is 69, with a hint about invitations', async () => {
    const server = await startProsody({registration: 'closed'})
    try {
      const command = 'register romeo@localhost --generate-password --json'
      const {error} = failure(await runXmpp(command, environment(server)), 69)
      assert.equal(error.code, 'no-registration')
      assert.match(error.hint, /invitation/)
    } finally {
      await server.stop()
    }
  })

  describe('with an invitation', () => {
    let server: TestServer
    before(async () => {
      server = await startProsody({registration: 'invited'})
      const now = Math.round(Date.now() / 1000)
      const invite = (token: string): string =>
        `["${token}"] = {token = "${token}", type = "register", jid = "localhost",
          uri = "xmpp:localhost?register;preauth=${token}", allow_registration = true, created_at = ${now}, expires = ${now + 3600}}`
      const invites = ['plain', 'uri'].map(invite).join(', ')
      mkdirSync(path.join(server.dir, 'localhost'), {recursive: true})
      writeFileSync(path.join(server.dir, 'localhost', 'invite_token.dat'), `return {${invites}}`)
    })
    after(() => server.stop())

    const register = (words: string): Promise<Outcome> =>
      runXmpp(`register ${words} --generate-password --json`, environment(server))

    it('fails without one (69)', async () => {
      const {error} = failure(await register('romeo@localhost'), 69)
      assert.match(error.hint, /invitation \(--token\)/)
    })

    it('accepts a token once', async () => {
      assert.equal((await register('romeo@localhost --token plain')).status, 0)
      assert.equal(
        failure(await register('juliet@localhost --token plain'), 77).error.code,
        'bad-token',
      )
    })

    it('accepts a URI', async () => {
      const uri = '"xmpp:localhost?register;preauth=uri"'
      const {status, stdout} = await register(`nurse@localhost --token ${uri}`)
      assert.equal(status, 0, stdout)
    })

    it('requires a JID with a URI that has none', async () => {
      const {error} = failure(await register('"xmpp:localhost?register;preauth=uri"'), 2)
      assert.match(error.hint, /a whole JID, such as romeo@localhost/)
    })
  })

  it('register --login, password set, logout and unregister have the documented effects', async () => {
    const server = await startProsody()
    try {
      const env = environment(server)
      const xmpp = async (words: string, schema: string, input = '') => {
        const {status, stderr, stdout} = await runXmpp(`${words} --json`, env, input)
        assert.equal(status, 0, stdout + stderr)
        const result = JSON.parse(stdout)
        assertMatchesSchema(result, schema)
        return result
      }
      const words = 'register romeo@localhost --generate-password --login --store file'
      assert.equal((await xmpp(words, 'register')).password, null)
      assert.equal((await xmpp('whoami', 'whoami')).account, 'romeo@localhost')
      const changed = await xmpp('password set --new-password-file -', 'password-set', 'fresh\n')
      assert.deepEqual(changed, {jid: 'romeo@localhost', stored: true})
      assert.match((await xmpp('whoami', 'whoami')).mechanism, /^SCRAM/)
      await xmpp('ping', 'ping') // by the token
      const remaining = {
        jid: 'romeo@localhost',
        accounts: ['romeo@localhost'],
        tokens: 1,
        failed: [],
      }
      assert.deepEqual(await xmpp('logout', 'logout'), remaining)
      const {status} = await runXmpp('whoami', env)
      assert.equal(status, 2)
      const unregister = 'unregister --confirm romeo@localhost --password-file -'
      assert.deepEqual(await xmpp(unregister, 'unregister', 'fresh'), {jid: 'romeo@localhost'})
      assert.deepEqual(await xmpp('accounts list', 'accounts-list'), {accounts: []})
      const passwords = path.join(env.XDG_CONFIG_HOME ?? '', 'xmpp/passwords')
      assert.deepEqual(existsSync(passwords) ? readdirSync(passwords) : [], [])
      assert.deepEqual(readdirSync(path.join(env.XDG_STATE_HOME ?? '', 'xmpp/accounts')), [])
    } finally {
      await server.stop()
    }
  })
})

function failure({status, stderr, stdout}: Outcome, exitCode: number) {
  assert.equal(status, exitCode, stdout + stderr)
  const document = JSON.parse(stdout)
  assertMatchesSchema(document, 'error')
  return document as {error: {code: string; message: string; hint: string}}
}
