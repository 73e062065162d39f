import assert from 'node:assert/strict'
import {nextTurn} from '../../../src/next-turn.ts'
import {Inbox} from '../../../src/session/stanzas/inbox.ts'
import {SlowReader} from '../../../src/session/stanzas/slow-reader.ts'
import {type Element, xml} from '../../../src/xml.ts'

const BURST = 100

describe('a reader of stanzas', () => {
  it('is slow: the stanzas that wait are saved, and released when they are handled', async () => {
    const inbox = new Inbox()
    const reader = inbox.open()
    const released: number[] = []
    const saved = new Promise<Element[]>((resolve) => {
      const save = (stanzas: Element[]) => stanzas.map((_, i) => () => void released.push(i))
      const slow = new SlowReader(
        inbox,
        (stanzas) => {
          setImmediate(() => resolve(stanzas))
          return save(stanzas)
        },
        () => assert.equal(inbox.oldestOpen, undefined),
      )
      for (let i = 1; i <= BURST; i++) {
        inbox.put(xml('message', {id: String(i)}), i)
        slow.arrived()
      }
    })
    assert.equal((await saved).length, BURST)
    assert.deepEqual(inbox.unhandled, [])
    for (let i = 1; i <= 3; i++) assert.equal((await reader.next()).value.attrs.id, String(i))
    assert.deepEqual(released, [0, 1])
  })

  it('is slow, and only some stanzas can be saved: the others stay on the server', async () => {
    const inbox = new Inbox()
    inbox.open()
    await new Promise<void>((resolve) => {
      const save = (stanzas: Element[]) => stanzas.slice(0, 2).map(() => () => {})
      const slow = new SlowReader(inbox, save, resolve)
      for (let i = 1; i <= BURST; i++) {
        inbox.put(xml('message'), i)
        slow.arrived()
      }
    })
    assert.equal(inbox.oldestOpen, 3)
  })

  it('is fast: nothing is saved', async () => {
    const inbox = new Inbox()
    const reader = inbox.open()
    const slow = new SlowReader(inbox, () => assert.fail('saved'), assert.fail)
    const end = performance.now() + 200
    while (performance.now() < end) {
      for (let i = 1; i <= BURST; i++) {
        inbox.put(xml('message'), i)
        slow.arrived()
      }
      for (let i = 1; i <= BURST; i++) await reader.next()
      await nextTurn()
    }
    slow.stop()
  })
})
