/** Two ejabberd nodes in one cluster, in a short form of `npm run cluster`. */
import assert from 'node:assert/strict'
import {nodeKilled} from '../soak/cluster-scenarios.ts'
import {isClean} from '../soak/tally.ts'

describe('a cluster with a node that is killed', function () {
  this.timeout(120_000)

  it('completes a batch at the other node, and delivers to listen there', async () => {
    for (const finding of await nodeKilled(300))
      assert.ok(isClean(finding), JSON.stringify(finding))
  })
})
