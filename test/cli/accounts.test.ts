import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
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

  /** Runs `xmpp words --json`, expects its schema, gives back the result. */
  const xmpp = async (words: string, status = 0, own: NodeJS.ProcessEnv = {}) => {
    const outcome = await sh(`xmpp ${words} --json`, {...env, ...own})
    assert.equal(outcome.status, status, outcome.stdout + outcome.stderr)
    const [noun = '', verb = ''] = words.split(' ')
    const name = /^(accounts|config)$/.test(noun) ? `${noun}-${verb}` : noun
    const result = JSON.parse(outcome.stdout)
    // What was done in part is a result, with an error beside it.
    assertMatchesSchema(result, Object.keys(result).join() === 'error' ? 'error' : name)
    return result
  }

  it('are stored, listed, chosen, renamed and removed, in the shapes that schemas/ promises', async () => {
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

  it('leaves those that can be left when a server is out of reach, and keeps the rest', async () => {
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

  it('a token that was given back signs nobody in any more', async () => {
    const {XMPP_PASSWORD: _, ...rest} = env
    const without = {...rest, XMPP_PASSWORD: ''}
    await xmpp('ping')
    const [state = ''] = (await sh('ls "$XDG_STATE_HOME"/xmpp/accounts/*', env)).stdout.split('\n')
    const kept = readFileSync(state)
    await xmpp('logout')
    writeFileSync(state, kept, {mode: 0o600}) // as somebody who had made a copy
    const {error} = await xmpp('ping', 2, without)
    assert.equal(error.code, 'missing-value')
  })

  it('config check tells all that is wrong, and ends with 78', async () => {
    const file = path.join(server.dir, 'check.toml')
    const toml = [
      '[accounts.a]\njid = "alice@localhost"\npassword_file = "none"',
      '[accounts.b]\njid = "no jid"',
      '[accounts.c]\njid = "bob@localhost"\ntimeout = "5"',
      '[accounts.d]\njid = "bob@localhost"\npassword_command = ["false"]',
    ]
    writeFileSync(file, toml.join('\n'))
    const {problems} = await xmpp(`config check --config ${file}`, 78)
    assert.deepEqual(
      problems.map(({account, code}: Record<string, string>) => [account, code]),
      [
        ['a', 'secret-unavailable'],
        ['b', 'malformed-jid'],
        ['c', 'bad-duration'],
      ],
    )
  })
})
