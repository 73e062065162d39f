import assert from 'node:assert/strict'
import {buildInfoRequest, parseInfo} from '../../../src/protocol/core/disco-info.ts'
import {el} from '../../support/xml.ts'

describe('XEP-0030: the information of an entity', () => {
  it('builds a request, with or without a node', () => {
    assert.equal(
      String(buildInfoRequest()),
      '<query xmlns="http://jabber.org/protocol/disco#info"/>',
    )
    assert.equal(buildInfoRequest('http://example.com#1').attrs.node, 'http://example.com#1')
  })

  it('reads identities and features, and skips a feature without a name', () => {
    const query = el`
      <query xmlns="http://jabber.org/protocol/disco#info">
        <identity category="conference" type="text" name="Play-Specific Chatrooms"/>
        <identity category="directory"/>
        <feature var="http://jabber.org/protocol/muc"/>
        <feature/>
      </query>`
    assert.deepEqual(parseInfo(query), {
      identities: [
        {category: 'conference', type: 'text', name: 'Play-Specific Chatrooms'},
        {category: 'directory', type: '', name: null},
      ],
      features: ['http://jabber.org/protocol/muc'],
    })
    assert.deepEqual(parseInfo(undefined), {identities: [], features: []})
  })
})
