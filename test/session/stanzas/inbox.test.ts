import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {nextTurn} from '../../../src/next-turn.ts'
import {Inbox} from '../../../src/session/stanzas/inbox.ts'
import {xml} from '../../../src/xml.ts'

const over = new Failure('over', 'It is over', EXIT.temporary)
const put = (inbox: Inbox, ...numbers: (number | undefined)[]): void => {
  for (const number of numbers) inbox.put(xml('message', {id: String(number)}), number)
}

describe('inbox', () => {
  it('keeps nothing without a reader', async () => {
    const inbox = new Inbox()
    put(inbox, 1)
    const reader = inbox.open()
    put(inbox, 2)
    const {value} = await reader.next()
    assert.equal(value.attrs.id, '2')
  })

  it('counts a stanza as handled when the reader requests the next one', async () => {
    let handled = 0
    const inbox = new Inbox(() => handled++)
    const reader = inbox.open()
    put(inbox, 1, 2)
    assert.equal(inbox.oldestOpen, 1)
    await reader.next()
    assert.deepEqual([inbox.oldestOpen, handled], [1, 0])
    await reader.next()
    assert.deepEqual([inbox.oldestOpen, handled], [2, 1])
    void reader.next()
    await nextTurn()
    assert.deepEqual([inbox.oldestOpen, handled], [undefined, 2])
  })

  it('ignores stanzas of an earlier stream, which have no number', () => {
    const inbox = new Inbox()
    inbox.open()
    put(inbox, 7, 8)
    inbox.renumber()
    put(inbox, 1)
    assert.equal(inbox.oldestOpen, 1)
  })

  it('counts the last stanza as handled when the reader stops', async () => {
    const inbox = new Inbox()
    const reader = inbox.open()
    put(inbox, 1, 2)
    for await (const stanza of reader) if (stanza.attrs.id === '1') break
    assert.equal(inbox.oldestOpen, 2)
  })

  it('does not count it if the inbox has ended before', async () => {
    const inbox = new Inbox()
    const reader = inbox.open()
    put(inbox, 1)
    for await (const _ of reader) {
      inbox.end(over)
      break
    }
    assert.equal(inbox.oldestOpen, 1)
  })

  it('yields the remaining stanzas before it rejects', async () => {
    const inbox = new Inbox()
    const reader = inbox.open()
    put(inbox, 1)
    inbox.end(over)
    assert.equal((await reader.next()).value.attrs.id, '1')
    await assert.rejects(reader.next(), over)
  })

  it('yields no more stanzas after an immediate end', async () => {
    const inbox = new Inbox()
    const reader = inbox.open()
    put(inbox, 1, 2)
    await reader.next()
    inbox.end(over, true)
    await assert.rejects(reader.next(), over)
    assert.equal(inbox.oldestOpen, 2)
  })

  it('does not count a deferred stanza as handled, even if later ones are read', async () => {
    let handled = 0
    const inbox = new Inbox(() => handled++)
    const reader = inbox.open()
    put(inbox, 1, 2)
    await reader.next()
    const release = reader.deferAck()
    await reader.next()
    void reader.next()
    await nextTurn()
    assert.deepEqual([inbox.oldestOpen, handled], [1, 1])
    release()
    assert.deepEqual([inbox.oldestOpen, handled], [undefined, 2])
  })

  it('counts a stanza as handled when all readers have handled it', async () => {
    let handled = 0
    const inbox = new Inbox(() => handled++)
    const [first, second] = [inbox.open(), inbox.open()]
    put(inbox, 1)
    assert.equal((await first.next()).value.attrs.id, '1')
    void first.next()
    await nextTurn()
    assert.deepEqual([inbox.oldestOpen, handled], [1, 0])
    assert.equal((await second.next()).value.attrs.id, '1')
    void second.next()
    await nextTurn()
    assert.deepEqual([inbox.oldestOpen, handled], [undefined, 1])
  })

  it('keeps unread stanzas for the next run', async () => {
    const inbox = new Inbox()
    const reader = inbox.open()
    put(inbox, 1, 2)
    for await (const _ of reader) break
    inbox.end(over)
    assert.deepEqual(
      inbox.unhandled.map(({attrs}) => attrs.id),
      ['2'],
    )
  })

  it('is full at 256 stanzas, and resolves when there is room', async () => {
    const inbox = new Inbox()
    const reader = inbox.open()
    put(inbox, ...Array.from({length: 256}, (_, i) => i))
    assert.equal(inbox.full, true)
    const room = inbox.room()
    await reader.next()
    await room
    assert.equal(inbox.full, false)
  })

  it('takes more stanzas when those that wait are saved', () => {
    const inbox = new Inbox()
    inbox.open()
    put(inbox, ...Array.from({length: 256}, (_, i) => i + 1))
    assert.equal(inbox.full, true)
    inbox.save((stanzas) => stanzas.map(() => () => {}))
    assert.equal(inbox.full, false)
    put(inbox, ...Array.from({length: 256}, (_, i) => i + 257))
    assert.equal(inbox.full, true)
  })
})
