import assert from 'node:assert/strict'
import {Readable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'
import {processInOrder} from '../../src/cli/ordered-queue.ts'
import {parseRate, RateLimiter, rateLimited} from '../../src/services/send/batch/rate-limiter.ts'
import {readLineGroups} from '../../src/services/send/batch/read-lines.ts'

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

describe('lines of standard input', () => {
  const never = new AbortController().signal

  async function read(...chunks: Array<string | Buffer>): Promise<unknown[]> {
    const groups = []
    const input = Readable.from(chunks, {objectMode: false})
    for await (const group of readLineGroups(input, never)) groups.push(...group)
    return groups
  }

  it('may be cut anywhere, even inside of a character', async () => {
    const bytes = Buffer.from('ä')
    const lines = await read(
      'on',
      'e\ntw',
      'o ',
      bytes.subarray(0, 1),
      bytes.subarray(1),
      '\nthree',
    )
    assert.deepEqual(lines, [
      {number: 1, text: 'one', isUtf8: true},
      {number: 2, text: 'two ä', isUtf8: true},
      {number: 3, text: 'three', isUtf8: true},
    ])
  })

  it('are counted when they are blank, and not told', async () => {
    assert.deepEqual(await read('a\n\n  \nb\n'), [
      {number: 1, text: 'a', isUtf8: true},
      {number: 4, text: 'b', isUtf8: true},
    ])
  })

  it('are told apart where they are no UTF-8, and lose the mark in front of a file', async () => {
    const lines = [
      Buffer.from('\ufeffa\n'),
      Buffer.from('sch\xf6n\n', 'latin1'),
      Buffer.from('\ufeffb'),
    ]
    assert.deepEqual(await read(...lines), [
      {number: 1, text: 'a', isUtf8: true},
      {number: 2, text: 'sch\ufffdn', isUtf8: false},
      {number: 3, text: '\ufeffb', isUtf8: true},
    ])
  })

  it('end with the reason of the signal', async () => {
    const controller = new AbortController()
    const input = new Readable({read() {}})
    input.push('a\n')
    const groups = readLineGroups(input, controller.signal)
    await groups.next()
    const next = groups.next()
    controller.abort(new Error('enough'))
    await assert.rejects(next, /enough/)
  })
})

describe('a rate', () => {
  it('is kept to', async () => {
    const start = performance.now()
    const times: number[] = []
    const groups = from(Array.from({length: 11}, (_, i) => i))
    for await (const group of rateLimited(
      groups,
      new RateLimiter(50),
      new AbortController().signal,
    ))
      for (const _ of group) times.push(performance.now() - start)
    assert.equal(times.length, 11)
    for (const [i, time] of times.entries()) assert.ok(time >= i * 20 - 2, `${i} after ${time} ms`)
  })

  it('is one for all who keep to it', async () => {
    const pace = new RateLimiter(50)
    const start = performance.now()
    const turns = Array.from({length: 6}, () => pace.acquire(new AbortController().signal))
    for (const [i, turn] of turns.entries()) {
      await turn
      assert.ok(performance.now() - start >= i * 20 - 2)
    }
  })

  it('ends with the reason of the signal', async () => {
    const pace = new RateLimiter(0.001)
    const controller = new AbortController()
    await pace.acquire(controller.signal)
    const turn = pace.acquire(controller.signal)
    controller.abort(new Error('enough'))
    await assert.rejects(turn, /enough/)
  })

  it('is so many a second', () => {
    assert.equal(parseRate('10/s'), 10)
    assert.equal(parseRate('0.5'), 0.5)
    for (const text of ['', '0', '-1', '5/m', 'fast', '1e3', '1/s/s', '0.0000001'])
      assert.throws(() => parseRate(text), {code: 'bad-rate', exitCode: 2})
  })
})
