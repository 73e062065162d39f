import assert from 'node:assert/strict'
import {environment, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {writeRoster} from '../support/prosody-roster.ts'
import type {TestServer} from '../support/server.ts'

describe('a roster of 5,000 contacts', function () {
  this.timeout(60_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['many']})
    writeRoster(server, 'many', 5000)
  })
  after(() => server.stop())

  // The second run has the roster of the first, and the server sends only changes (RFC 6121 §2.6).
  for (const run of ['first', 'second']) {
    it(`is listed completely and sorted, with one line for each contact, the ${run} time`, async () => {
      const {status, stderr, stdout} = await sh('xmpp roster list', environment(server, 'many'))
      assert.equal(status, 0, stderr)
      const rows = stdout.replace(/\n$/, '').split('\n')
      assert.equal(rows.length, 5000)
      const jids = rows.map((row) => row.split('\t')[0])
      assert.deepEqual(jids, [...jids].sort())
      for (const row of rows) assert.equal(row.split('\t').length, 5)
    })
  }
})
