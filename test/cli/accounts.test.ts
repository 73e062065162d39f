import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'

describe('accounts', function () {
  this.timeout(60_000)
  let server: TestServer
  let env: NodeJS.ProcessEnv
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    env = environment(server, 'alice')
  })
  after(() => server.stop())

  /** Runs `xmpp words --json`, and returns the result, which must match its schema. */
  const xmpp = async (words: string, status = 0, own: NodeJS.ProcessEnv = {}) => {
    const outcome = await runXmpp(`${words} --json`, {...env, ...own})
    assert.equal(outcome.status, status, outcome.stdout + outcome.stderr)
    const [noun = '', verb = ''] = words.split(' ')
    const name = /^(accounts|config)$/.test(noun) ? `${noun}-${verb}` : noun
    const result = JSON.parse(outcome.stdout)
    // A command that succeeds in part prints a result that has an error.
    assertMatchesSchema(result, Object.keys(result).join() === 'error' ? 'error' : name)
    return result
  }

  it('are stored, listed, selected, renamed and removed, with results that match their schemas', async () => {
    const {XMPP_PASSWORD} = environment(server, 'bob')
    const bob = {XMPP_JID: 'bob@localhost', XMPP_PASSWORD}
    const first = await xmpp('login --store file')
    assert.equal(first.default, true)
    const second = await xmpp('login --account bob --store none', 0, bob)
    assert.deepEqual([second.account, second.default, second.store], ['bob', false, 'none'])

    await xmpp('accounts default bob')
    await xmpp('accounts rename bob robert')
    const {accounts} = await xmpp('accounts list')
    assert.deepEqual(
      accounts.map(({name, secret, ...account}: Record<string, unknown>) => [
        name,
        secret,
        account.default,
      ]),
      [
        ['alice@localhost', 'file', false],
        ['robert', 'none', true],
      ],
    )

    const online = await xmpp('whoami --account alice@localhost')
    assert.equal(online.tls.protocol, 'TLSv1.3')
    const offline = await xmpp('whoami --offline --account alice@localhost')
    assert.deepEqual([offline.server, offline.tls, offline.mechanism], [null, null, null])
    await xmpp('config explain')
    const {config} = await xmpp('config path')
    assert.equal(path.basename(config), 'config.toml')

    const {accounts: left, tokens} = await xmpp('logout --all')
    assert.deepEqual([left, tokens], [['alice@localhost', 'robert'], 2])
    await xmpp('accounts remove robert')
    assert.deepEqual(await xmpp('accounts default'), {account: 'alice@localhost'})
    await xmpp('accounts remove alice@localhost')
    assert.equal(readFileSync(config, 'utf8').trim(), '')
  })

  it('logout --all keeps the accounts whose servers cannot be reached (75)', async () => {
    const other = await startProsody({users: ['carol']})
    const there = environment(other, 'carol')
    const {XMPP_CA_FILE, XMPP_JID, XMPP_PASSWORD, XMPP_SERVER = ''} = there
    await xmpp('login --store file')
    const own = {XMPP_CA_FILE, XMPP_JID, XMPP_PASSWORD}
    await xmpp(`login --store file --server ${XMPP_SERVER}`, 0, own)
    await other.stop()
    const result = await xmpp('logout --all', 75)
    assert.deepEqual([result.accounts, result.tokens], [['alice@localhost'], 1])
    assert.deepEqual(
      result.failed.map(({error, jid}: {error: {exitCode: number}; jid: string}) => [
        jid,
        error.exitCode,
      ]),
      [['carol@localhost', 75]],
    )
    const {accounts} = await xmpp('accounts list')
    assert.deepEqual(
      accounts.map(({jid, secret}: {jid: string; secret: string}) => [jid, secret]),
      [
        ['alice@localhost', 'none'],
        ['carol@localhost', 'file'],
      ],
    )
    await xmpp('logout --all --local')
  })

  it('a token is invalid after logout', async () => {
    const {XMPP_PASSWORD: _, ...rest} = env
    const without = {...rest, XMPP_PASSWORD: ''}
    await xmpp('ping')
    const [state = ''] = (await sh('ls "$XDG_STATE_HOME"/xmpp/accounts/*', env)).stdout.split('\n')
    const kept = readFileSync(state)
    await xmpp('logout')
    writeFileSync(state, kept, {mode: 0o600}) // like an attacker with a copy
    const {error} = await xmpp('ping', 2, without)
    assert.equal(error.code, 'missing-value')
  })

  it('config check lists all problems of each account, and ends with 78', async () => {
    const file = path.join(server.dir, 'check.toml')
    const {cert} = server.authority.issue({jids: ['alice@localhost']})
    const {key} = server.authority.issue({jids: ['bob@localhost']})
    writeFileSync(path.join(server.dir, 'check.crt'), cert)
    writeFileSync(path.join(server.dir, 'check.key'), key, {mode: 0o600})
    writeFileSync(path.join(server.dir, 'no.pem'), 'no PEM')
    const jid = 'jid = "bob@localhost"'
    const wrong: [table: string, ...codes: string[]][] = [
      ['jid = "alice@localhost"\npassword_file = "none"', 'secret-unavailable'],
      ['jid = "no jid"', 'malformed-jid'],
      [`${jid}\ntimeout = "5"`, 'bad-duration'],
      [`${jid}\npassword_command = ["false"]`],
      [`${jid}\npassword_command = ["no-such-program"]`, 'secret-unavailable'],
      [`${jid}\nserver = "nowhere"\nproxy = "gopher://h"`, 'bad-server', 'bad-proxy'],
      [`${jid}\ntls_pin = "sha256:x"`, 'bad-tls-pin'],
      [`${jid}\nca_file = "no.pem"`, 'bad-ca-file'],
      [`${jid}\nclient_cert = "check.crt"\nclient_key = "check.key"`, 'bad-client-cert'],
      [`${jid}\nserver = "wss:"\nproxy = "socks5h://h:1"`],
    ]
    const tables = wrong.map(([table], index) => `[accounts.a${index}]\n${table}\n`)
    writeFileSync(file, `[defaults]\nconnect_timeout = "soon"\n${tables.join('')}`)
    const broken = await xmpp(`config check --config ${file}`, 78)
    assert.deepEqual(
      [broken.problems[0].account, broken.problems[0].code],
      ['[defaults]', 'bad-duration'],
    )
    writeFileSync(file, tables.join(''))
    const {error, problems} = await xmpp(`config check --config ${file}`, 78)
    assert.equal(error.exitCode, 78)
    assert.deepEqual(
      problems.map(({account, code}: Record<string, string>) => [account, code]),
      wrong.flatMap(([, ...codes], index) => codes.map((code) => [`a${index}`, code])),
    )
    await xmpp(`config check --config ${file} --account a3`)
    await xmpp(`config check --config ${file} --account nosuch`, 78)
  })

  it('the error of an invalid value names its flag, variable or table', async () => {
    const pin = await xmpp('ping --tls-pin nonsense', 2)
    assert.deepEqual([pin.error.code, pin.error.hint], ['bad-tls-pin', 'Check --tls-pin'])
    const proxy = await xmpp('ping', 2, {XMPP_PROXY: 'gopher://h'})
    assert.equal(proxy.error.hint, 'Check XMPP_PROXY')
    const file = path.join(server.dir, 'error-origin.toml')
    writeFileSync(file, '[accounts.a]\njid = "alice@localhost"\ntls_pin = "nonsense"\n')
    const {error} = await xmpp(`ping --account a --config ${file}`, 78)
    assert.match(error.message, /\(config file, account a\)$/)
  })

  it('contradictory arguments and unknown accounts are clear errors', async () => {
    assert.match(
      (await xmpp('logout work --all', 2)).error.message,
      /^--all logs out every account/,
    )
    assert.equal(
      (await xmpp('logout nobody', 78)).error.message,
      'The account "nobody" does not exist',
    )
    await xmpp('login alice@localhost --jid bob@localhost', 2)
    await xmpp("login --account ''", 2)
    await xmpp("login --account ' '", 2)
    const {error} = await xmpp('login', 2, {XMPP_JID: ''})
    assert.match(error.hint, /--jid or XMPP_JID/)
  })

  it('an anonymous user has no password to change and no account to remove', async () => {
    for (const words of ['password set --new-password-file -', 'unregister --confirm localhost'])
      assert.equal((await xmpp(`${words} --anonymous --jid localhost`, 2)).error.code, 'no-account')
  })

  it('a password with a forbidden character is refused before connecting (65)', async () => {
    const command = 'xmpp password set --new-password-file - --json'
    const {status, stdout} = await sh(
      command,
      {...env, XMPP_SERVER: 'xmpps://127.0.0.1:1'},
      'a\u0001b',
    )
    assert.equal(status, 65, stdout)
  })

  it('the first login creates the file of XMPP_CONFIG, with the account of XMPP_ACCOUNT', async () => {
    const file = path.join(server.dir, 'new/folder/config.toml')
    const {account, config} = await xmpp(`login --store none`, 0, {
      XMPP_ACCOUNT: 'fresh',
      XMPP_CONFIG: file,
    })
    assert.deepEqual([account, config], ['fresh', file])
    await xmpp('ping', 0, {XMPP_ACCOUNT: 'fresh', XMPP_CONFIG: file})
    await xmpp('ping', 78, {XMPP_CONFIG: `${file}.not`})
    await xmpp('ping', 0, {XMPP_CONFIG: '/dev/null'})
  })
})
