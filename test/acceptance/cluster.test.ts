/** Two ejabberd nodes in one cluster, in a short form of `npm run cluster`. */
import assert from 'node:assert/strict'
import {batchThroughKill, listenThroughKill} from '../soak/cluster-scenarios.ts'
import {type Finding, isClean} from '../soak/tally.ts'

describe('a cluster with a node that is killed', function () {
  this.timeout(120_000)
  const check = (finding: Finding): void => assert.ok(isClean(finding), JSON.stringify(finding))

  it('completes a batch at the other node', async () => check(await batchThroughKill(300)))

  it('delivers to listen at the other node', async () => {
    check(await listenThroughKill(300))
  })
})
