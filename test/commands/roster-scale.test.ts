import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'

/** Prosody's own file: adding them one by one would take minutes. */
function writeRoster(server: TestServer, user: string, contacts: number): void {
  const items = Array.from(
    {length: contacts},
    (_, index) => `["c${index}@example.com"] = {
      subscription = "both"; name = "Contact ${index}"; groups = { ["Group ${index % 20}"] = true }; };`,
  )
  const folder = path.join(server.dir, server.domain, 'roster')
  mkdirSync(folder, {recursive: true})
  const roster = `return { [false] = { version = 1; pending = {}; }; ${items.join('\n')} };`
  writeFileSync(path.join(folder, `${user}.dat`), roster)
}

describe('a roster of 5,000 contacts', function () {
  this.timeout(60_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['few', 'many']})
    writeRoster(server, 'few', 10)
    writeRoster(server, 'many', 5000)
  })
  after(() => server.stop())

  const list = async (user: string): Promise<{rows: string[]; ms: number}> => {
    const start = performance.now()
    const {status, stderr, stdout} = await sh('xmpp roster list', environment(server, user))
    assert.equal(status, 0, stderr)
    return {ms: performance.now() - start, rows: stdout.replace(/\n$/, '').split('\n')}
  }

  it('is listed whole, sorted, in flat columns', async () => {
    const {rows} = await list('many')
    assert.equal(rows.length, 5000)
    const jids = rows.map((row) => row.split('\t')[0])
    assert.deepEqual(jids, [...jids].sort())
    for (const row of rows) assert.equal(row.split('\t').length, 5)
  })

  // From the second run on the server says only what has changed (RFC 6121 §2.6).
  it('takes less than twice the time of one of 10', async () => {
    const fastest = async (user: string): Promise<number> => {
      const times: number[] = []
      for (let run = 0; run < 5; run++) times.push((await list(user)).ms)
      return Math.min(...times)
    }
    const [few, many] = [await fastest('few'), await fastest('many')]
    assert.ok(many < 2 * few, `${many} ms, and ${few} ms for ten`)
  })
})
