import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {processInOrder} from '../../src/cli/ordered-queue.ts'

async function* from<T>(...groups: T[][]): AsyncGenerator<T[]> {
  yield* groups
}

const KIB = 1024

describe('a batch', () => {
  it('tells results in the order of the jobs, however they finish', async () => {
    const told: number[] = []
    await processInOrder({
      groups: from([30, 1], [20, 2]),
      sizeOf: () => 1,
      work: (ms) => sleep(ms, ms),
      async onResults(results) {
        told.push(...results)
      },
    })
    assert.deepEqual(told, [30, 1, 20, 2])
  })

  it('has a bounded weight at work, and never idles while there is room', async () => {
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

  it('takes what is heavier than all alone', async () => {
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

  it('tells what was begun before it fails with its input', async () => {
    const told: number[] = []
    const broken = async function* () {
      yield [1, 2]
      throw new Error('the input broke')
    }
    const run = processInOrder({
      groups: broken(),
      sizeOf: () => 1,
      work: (job) => sleep(5, job),
      async onResults(results) {
        told.push(...results)
      },
    })
    await assert.rejects(run, /the input broke/)
    assert.deepEqual(told, [1, 2])
  })
})
