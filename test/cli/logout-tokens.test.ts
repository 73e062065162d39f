import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

describe('tokens (XEP-0484) of an account', function () {
  this.timeout(60_000)
  let server: TestServer
  let env: NodeJS.ProcessEnv
  let folder: string
  before(async () => {
    server = await startProsody({users: ['alice']})
    env = environment(server, 'alice')
    folder = path.join(env.XDG_STATE_HOME ?? '', 'xmpp/accounts')
  })
  after(() => server.stop())

  const files = (): string[] => (existsSync(folder) ? readdirSync(folder) : [])
  const fileOf = (at: string): string =>
    `${createHash('sha256').update(`alice@localhost\n${at}`).digest('hex').slice(0, 32)}.json`

  async function xmpp(status: number, words: string, more: NodeJS.ProcessEnv = {}) {
    const outcome = await runXmpp(`${words} --json`, {...env, ...more})
    assert.equal(outcome.status, status, outcome.stdout + outcome.stderr)
    return JSON.parse(outcome.stdout)
  }

  it('do not remain after a login that cannot store the account', async () => {
    const {error} = await xmpp(78, 'login alice@localhost --store keyring')
    assert.equal(error.code, 'secret-unavailable')
    assert.deepEqual(files(), [])
    await xmpp(0, 'login alice@localhost --account work --store none')
    assert.equal(files().length, 1)
  })

  it('are all invalidated by logout JID, for any account name and --server', async () => {
    await xmpp(0, 'ping', {XMPP_SERVER: `xmpp://127.0.0.1:${server.port}`})
    assert.equal(files().length, 2)
    const {jid, tokens} = await xmpp(0, 'logout alice@localhost', {XMPP_JID: ''})
    // Prosody accepts only the newest token of a client.
    assert.deepEqual([jid, tokens, files()], ['alice@localhost', 1, []])
    assert.equal((await xmpp(78, 'logout bob@localhost')).error.code, 'unknown-account')
  })

  it('remain only if they cannot be invalidated', async () => {
    await xmpp(0, 'ping')
    const file = path.join(folder, files()[0] ?? '')
    const entry = JSON.parse(readFileSync(file, 'utf8'))
    // The token of an endpoint from DNS, which no longer exists, and the token of a server that is down.
    const gone = 'xmpps://127.0.0.1:1'
    const lost = [fileOf(''), fileOf(gone)]
    for (const [index, at] of [null, gone].entries())
      writeFileSync(path.join(folder, lost[index] ?? ''), JSON.stringify({...entry, server: at}))
    const {error} = await xmpp(75, 'logout alice@localhost --connect-timeout 5s')
    assert.equal(error.retryable, true)
    for (const name of lost) assert.ok(files().includes(name))
    const {mechanism} = await xmpp(0, 'whoami')
    assert.match(mechanism, /^SCRAM/)
    const {tokens} = await xmpp(0, 'logout alice@localhost --local')
    assert.deepEqual([tokens, files()], [0, []])
  })
})
