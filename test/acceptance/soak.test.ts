/** The short form of `npm run soak`: each accepted message is delivered once, in spite of cuts and kills. */
import assert from 'node:assert/strict'
import {
  batchWithCuts,
  flood,
  listenWithCuts,
  listenWithKills,
  type Scenario,
} from '../soak/scenarios.ts'
import {type Finding, isClean} from '../soak/tally.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'

describe('an account with many messages', function () {
  this.timeout(120_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['romeo', 'juliet']})
  })
  after(() => server.stop())

  const scenarios: Record<string, (on: Omit<Scenario, 'count'>) => Promise<Finding>> = {
    'a batch with three cuts': (on) => batchWithCuts({...on, count: 300}, 3),
    'listen with three cuts': (on) => listenWithCuts({...on, count: 300}, 3),
    'listen with two kills': (on) => listenWithKills({...on, count: 300}, 2),
    'a flood': (on) => flood({...on, count: 500}),
  }
  for (const [name, run] of Object.entries(scenarios))
    it(`${name}: no message lost or repeated`, async () => {
      const finding = await run({server, archive: true})
      assert.ok(isClean(finding), JSON.stringify(finding))
      assert.equal(finding.inGaps, 0)
    })
})
