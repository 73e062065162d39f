import assert from 'node:assert/strict'
import type {StanzaEvent} from '../../../src/protocol/event/event.ts'
import {parseEvent} from '../../../src/protocol/event/parse-event.ts'
import {isWanted} from '../../../src/services/listen/filter.ts'
import {el} from '../../support/xml.ts'

const kinds = ['message', 'error'] as const

describe('event filter', () => {
  const stanza = el`<message from="Romeo@Example.net/orchard" type="chat"><body>Deploy failed</body></message>`
  const event = parseEvent(stanza, 'juliet@example.com') as StanzaEvent

  it('compares addresses, not their spelling', () => {
    assert.equal(isWanted(event, {kinds, from: ['romeo@example.net']}), true)
    assert.equal(isWanted(event, {kinds, from: ['romeo@example.net/orchard']}), true)
    assert.equal(isWanted(event, {kinds, from: ['romeo@example.net/Orchard']}), false)
    assert.equal(isWanted(event, {kinds, from: ['nurse@example.com']}), false)
    assert.equal(isWanted({...event, from: '@@'}, {kinds, from: ['romeo@example.net']}), false)
  })

  it('requires every condition', () => {
    assert.equal(isWanted(event, {kinds, types: ['chat', 'normal'], match: /fail/u}), true)
    assert.equal(isWanted(event, {kinds, types: ['groupchat'], match: /fail/u}), false)
    assert.equal(isWanted(event, {kinds, types: ['chat'], match: /^fail/u}), false)
    assert.equal(isWanted(event, {kinds: ['receipt']}), false)
  })
})
