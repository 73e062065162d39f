import assert from 'node:assert/strict'
import {
  parseRate,
  RateLimiter,
  rateLimited,
} from '../../../../src/services/send/batch/rate-limiter.ts'

async function* oneGroup(size: number): AsyncGenerator<number[]> {
  yield Array.from({length: size}, (_, i) => i)
}

describe('RateLimiter', () => {
  it('yields each item of a group at its time', async () => {
    const start = performance.now()
    const times: number[] = []
    for await (const group of rateLimited(
      oneGroup(11),
      new RateLimiter(50),
      new AbortController().signal,
    ))
      for (const _ of group) times.push(performance.now() - start)
    assert.equal(times.length, 11)
    for (const [i, time] of times.entries()) assert.ok(time >= i * 20 - 2, `${i} after ${time} ms`)
  })

  it('grants concurrent calls at the same rate', async () => {
    const limiter = new RateLimiter(50)
    const start = performance.now()
    const permissions = Array.from({length: 6}, () => limiter.acquire(new AbortController().signal))
    for (const [i, permission] of permissions.entries()) {
      await permission
      assert.ok(performance.now() - start >= i * 20 - 2)
    }
  })

  it('throws the reason of the signal', async () => {
    const limiter = new RateLimiter(0.001)
    const controller = new AbortController()
    await limiter.acquire(controller.signal)
    const permission = limiter.acquire(controller.signal)
    controller.abort(new Error('enough'))
    await assert.rejects(permission, /enough/)
  })

  it('parses a rate per second', () => {
    assert.equal(parseRate('10/s'), 10)
    assert.equal(parseRate('0.5'), 0.5)
    for (const text of ['', '0', '-1', '5/m', 'fast', '1e3', '1/s/s', '0.0000001'])
      assert.throws(() => parseRate(text), {code: 'bad-rate', exitCode: 2})
  })
})
