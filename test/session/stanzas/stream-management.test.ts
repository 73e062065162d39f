import assert from 'node:assert/strict'
import {buildResume, StreamManagement} from '../../../src/session/stanzas/stream-management.ts'
import {type Element, xml} from '../../../src/xml.ts'

const message = (id: number): Element => xml('message', {id: String(id)})
const ids = (stanzas: readonly Element[]): string[] => stanzas.map(({attrs}) => attrs.id)

describe('stream management', () => {
  it('builds the elements of the specification', () => {
    const sm = new StreamManagement()
    sm.received()
    assert.equal(String(StreamManagement.enable()), '<enable xmlns="urn:xmpp:sm:3" resume="true"/>')
    assert.equal(String(StreamManagement.request()), '<r xmlns="urn:xmpp:sm:3"/>')
    assert.equal(String(sm.buildAck(undefined)), '<a xmlns="urn:xmpp:sm:3" h="1"/>')
    assert.equal(
      String(buildResume({id: 'some-long-sm-id', handled: 5})),
      '<resume xmlns="urn:xmpp:sm:3" previd="some-long-sm-id" h="5"/>',
    )
  })

  it('keeps unacknowledged stanzas', () => {
    const sm = new StreamManagement()
    for (let id = 1; id <= 5; id++) sm.sent(message(id))
    assert.equal(sm.acked(3), true)
    assert.deepEqual(ids(sm.unacked), ['4', '5'])
    assert.equal(sm.acked(3), true)
    assert.equal(sm.acked(5), true)
    assert.deepEqual(sm.unacked, [])
  })

  it('refuses an impossible count', () => {
    const sm = new StreamManagement()
    sm.sent(message(1))
    assert.equal(sm.acked(2), false, 'more than was sent')
    assert.equal(sm.acked(1), true)
    assert.equal(sm.acked(0), false, 'less than before')
    assert.equal(sm.acked(Number.NaN), false)
  })

  it('counts the stanzas before the oldest open one as handled', () => {
    const sm = new StreamManagement()
    for (let i = 1; i <= 3; i++) assert.equal(sm.received(), i)
    assert.equal(sm.handled(undefined), 3)
    assert.equal(sm.handled(2), 1)
  })

  it('recognises repeated stanzas after a resumption', () => {
    const sm = new StreamManagement()
    for (let i = 1; i <= 4; i++) sm.received()
    sm.resumed(2)
    assert.deepEqual([sm.received(), sm.received(), sm.received()], [undefined, undefined, 5])
  })

  it('recognises them also if the second connection was cut during the repetition', () => {
    const sm = new StreamManagement()
    for (let i = 1; i <= 4; i++) sm.received()
    sm.resumed(1)
    sm.received() // stanza 2 again
    assert.equal(sm.handled(undefined), 4)
    sm.resumed(4)
    assert.equal(sm.received(), 5)
    sm.resumed(3)
    assert.deepEqual([sm.received(), sm.received(), sm.received()], [undefined, undefined, 6])
  })
})
