import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {processInOrder} from '../../src/cli/ordered-queue.ts'

async function* from<T>(...groups: T[][]): AsyncGenerator<T[]> {
  yield* groups
}

const KIB = 1024

describe('ordered processing', () => {
  it('yields the results in the order of the jobs', async () => {
    const yielded: number[] = []
    await processInOrder({
      groups: from([30, 1], [20, 2]),
      sizeOf: () => 1,
      work: (ms) => sleep(ms, ms),
      async onResults(results) {
        yielded.push(...results)
      },
    })
    assert.deepEqual(yielded, [30, 1, 20, 2])
  })

  it('limits the total size of running jobs, and starts a job as soon as there is room', async () => {
    let atWork = 0
    let most = 0
    await processInOrder({
      groups: from(Array.from({length: 100}, () => 8 * KIB)),
      sizeOf: (weight) => weight,
      async work(weight) {
        atWork += weight
        most = Math.max(most, atWork)
        await sleep(1)
        atWork -= weight
      },
      async onResults() {},
    })
    assert.equal(most, 128 * KIB)
  })

  it('runs a job above the limit alone', async () => {
    const atWork = new Set<number>()
    const together: number[] = []
    await processInOrder({
      groups: from([1, 999 * KIB, 2]),
      sizeOf: (weight) => weight,
      async work(weight) {
        atWork.add(weight)
        together.push(atWork.size)
        await sleep(1)
        atWork.delete(weight)
      },
      async onResults() {},
    })
    assert.deepEqual(together, [1, 1, 1])
  })

  it('yields the results of started jobs before it rejects with the error of its input', async () => {
    const yielded: number[] = []
    const broken = async function* () {
      yield [1, 2]
      throw new Error('the input broke')
    }
    const run = processInOrder({
      groups: broken(),
      sizeOf: () => 1,
      work: (job) => sleep(5, job),
      async onResults(results) {
        yielded.push(...results)
      },
    })
    await assert.rejects(run, /the input broke/)
    assert.deepEqual(yielded, [1, 2])
  })
})
