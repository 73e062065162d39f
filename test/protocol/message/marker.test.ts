import assert from 'node:assert/strict'
import {
  buildDisplayed,
  buildMarkable,
  isMarkable,
  parseMarker,
} from '../../../src/protocol/message/marker.ts'
import {el} from '../../support/xml.ts'

describe('XEP-0333: Displayed Markers', () => {
  const displayed = el`
    <message><displayed xmlns="urn:xmpp:chat-markers:0" id="message-1"/></message>`

  it('builds and parses the request for a marker', () => {
    const message = el`<message><markable xmlns="urn:xmpp:chat-markers:0"/></message>`
    assert.equal(String(buildMarkable()), String(message.getChild('markable')))
    assert.ok(isMarkable(message))
    assert.equal(parseMarker(message), undefined)
  })

  it('builds and parses a displayed marker', () => {
    assert.equal(String(buildDisplayed('message-1')), String(displayed.getChild('displayed')))
    assert.deepEqual(parseMarker(displayed), {kind: 'displayed', id: 'message-1'})
    assert.ok(!isMarkable(displayed))
  })

  it('parses the markers of older clients', () => {
    const received = el`<message><received xmlns="urn:xmpp:chat-markers:0" id="1"/></message>`
    assert.deepEqual(parseMarker(received), {kind: 'received', id: '1'})
  })

  it('ignores a marker without an id, and an unknown kind', () => {
    const withoutId = el`<message><displayed xmlns="urn:xmpp:chat-markers:0"/></message>`
    const unknown = el`<message><adored xmlns="urn:xmpp:chat-markers:0" id="1"/></message>`
    assert.equal(parseMarker(withoutId), undefined)
    assert.equal(parseMarker(unknown), undefined)
  })
})
