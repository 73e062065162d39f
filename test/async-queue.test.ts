import assert from 'node:assert/strict'
import {AsyncQueue} from '../src/async-queue.ts'
import {nextTurn} from '../src/next-turn.ts'

describe('a queue', () => {
  it('yields its items in order', async () => {
    const queue = new AsyncQueue<number>()
    queue.push(1)
    queue.push(2)
    assert.deepEqual([await queue.next(), await queue.next()], [1, 2])
  })

  it('makes its reader wait for an item', async () => {
    const queue = new AsyncQueue<number>()
    const next = queue.next()
    await nextTurn()
    queue.push(1)
    assert.equal(await next, 1)
  })

  it('yields the remaining items before it ends', async () => {
    const queue = new AsyncQueue<number>()
    queue.push(1)
    queue.end(new Error('over'))
    queue.end(new Error('again'))
    assert.equal(await queue.next(), 1)
    await assert.rejects(queue.next(), /over/)
  })

  it('rejects a waiting reader when it ends', async () => {
    const queue = new AsyncQueue<number>()
    const next = queue.next()
    queue.end(new Error('over'))
    await assert.rejects(next, /over/)
  })

  it('is ready when it has an item, or has ended', async () => {
    const queue = new AsyncQueue<number>()
    let isReady = false
    const ready = queue.ready().then(() => {
      isReady = true
    })
    await nextTurn()
    assert.equal(isReady, false)
    queue.push(1)
    await ready
    await queue.ready()
    queue.remove(() => true)
    assert.equal(queue.size, 0)
    queue.end(undefined)
    await queue.ready()
  })
})
