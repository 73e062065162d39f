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

  it('asks', () => {
    const message = el`<message><markable xmlns="urn:xmpp:chat-markers:0"/></message>`
    assert.equal(String(buildMarkable()), String(message.getChild('markable')))
    assert.ok(isMarkable(message))
    assert.equal(parseMarker(message), undefined)
  })

  it('tells', () => {
    assert.equal(String(buildDisplayed('message-1')), String(displayed.getChild('displayed')))
    assert.deepEqual(parseMarker(displayed), {kind: 'displayed', id: 'message-1'})
    assert.ok(!isMarkable(displayed))
  })

  it('reads what older clients send', () => {
    const received = el`<message><received xmlns="urn:xmpp:chat-markers:0" id="1"/></message>`
    assert.deepEqual(parseMarker(received), {kind: 'received', id: '1'})
  })

  it('makes nothing of a marker without an id, or of another kind', () => {
    const nameless = el`<message><displayed xmlns="urn:xmpp:chat-markers:0"/></message>`
    const unknown = el`<message><adored xmlns="urn:xmpp:chat-markers:0" id="1"/></message>`
    assert.equal(parseMarker(nameless), undefined)
    assert.equal(parseMarker(unknown), undefined)
  })
})
