import assert from 'node:assert/strict'
import {buildReactions, parseReactions} from '../../../src/protocol/message/reaction.ts'
import {el} from '../../support/xml.ts'

describe('XEP-0444: Message Reactions', () => {
  const message = el`
    <message>
      <reactions xmlns="urn:xmpp:reactions:0" id="744f6e18">
        <reaction>👋</reaction>
        <reaction>🐢</reaction>
      </reactions>
    </message>`
  const reactions = {id: '744f6e18', emojis: ['👋', '🐢']}

  it('builds and parses reactions', () => {
    assert.equal(String(buildReactions(reactions)), String(message.getChild('reactions')))
    assert.deepEqual(parseReactions(message), reactions)
  })

  it('removes duplicates', () => {
    const twice = {id: '1', emojis: ['👍', '👍']}
    assert.equal(buildReactions(twice).getChildren('reaction').length, 1)
    const received = el`
      <message><reactions xmlns="urn:xmpp:reactions:0" id="1">
        <reaction>👍</reaction><reaction> 👍 </reaction><reaction/>
      </reactions></message>`
    assert.deepEqual(parseReactions(received), {id: '1', emojis: ['👍']})
  })

  it('parses an empty list, which removes all reactions', () => {
    const none = el`<message><reactions xmlns="urn:xmpp:reactions:0" id="1"/></message>`
    assert.deepEqual(parseReactions(none), {id: '1', emojis: []})
    assert.equal(
      parseReactions(el`<message><reactions xmlns="urn:xmpp:reactions:0"/></message>`),
      undefined,
    )
  })
})
