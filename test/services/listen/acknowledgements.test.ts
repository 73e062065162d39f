import assert from 'node:assert/strict'
import type {StanzaEvent} from '../../../src/protocol/event/event.ts'
import {parseEvent} from '../../../src/protocol/event/parse-event.ts'
import {
  type AckPolicy,
  buildAcknowledgements,
} from '../../../src/services/listen/acknowledgements.ts'
import {el} from '../../support/xml.ts'

const policy: AckPolicy = {
  own: 'juliet@example.com',
  silent: false,
  displayed: false,
  accepted: ['romeo@example.net'],
}

const event = (attrs: string, children = ''): StanzaEvent =>
  parseEvent(el`<message ${attrs}><body>Hi</body>${children}</message>`, policy.own) as StanzaEvent
const asking = '<request xmlns="urn:xmpp:receipts"/><markable xmlns="urn:xmpp:chat-markers:0"/>'

const answers = (event: StanzaEvent, changes: Partial<AckPolicy> = {}, shown = true): string[] =>
  buildAcknowledgements(event, {...policy, ...changes}, shown).map(String)

describe('acknowledgements', () => {
  const chat = event('from="romeo@example.net/x" id="7" type="chat"', asking)
  const receipt = String(el`
    <message to="romeo@example.net/x" type="chat">
      <received xmlns="urn:xmpp:receipts" id="7"/><store xmlns="urn:xmpp:hints"/>
    </message>`)
  const displayed = receipt
    .replace('received', 'displayed')
    .replace('urn:xmpp:receipts', 'urn:xmpp:chat-markers:0')

  it('are a receipt, and a displayed marker if --displayed is set', () => {
    assert.deepEqual(answers(chat), [receipt])
    assert.deepEqual(answers(chat, {displayed: true}), [receipt, displayed])
    assert.deepEqual(answers(chat, {displayed: true, silent: true}), [])
  })

  it('have no displayed marker for a message that was not printed', () => {
    assert.deepEqual(answers(chat, {displayed: true}, false), [receipt])
  })

  it('of a private message go to the occupant (XEP-0045 §7.5)', () => {
    const stanza = el`<message from="r@chat.example/x" id="7" type="chat"><body>Hi</body>${asking}</message>`
    const privateMessage = parseEvent(stanza, policy.own, () => true) as StanzaEvent
    const answer = el`
      <message to="r@chat.example/x" type="chat">
        <received xmlns="urn:xmpp:receipts" id="7"/><store xmlns="urn:xmpp:hints"/>
        <x xmlns="http://jabber.org/protocol/muc#user"/>
      </message>`
    assert.deepEqual(answers(privateMessage), [String(answer)])
  })

  it('are not sent without a request, to rooms, and to the own account', () => {
    assert.deepEqual(answers(event('from="romeo@example.net/x" id="7" type="chat"')), [])
    assert.deepEqual(answers(event('from="r@chat.example/x" id="7" type="groupchat"', asking)), [])
    assert.deepEqual(answers(event('from="juliet@example.com/x" id="7" type="chat"', asking)), [])
    assert.deepEqual(answers(event('from="romeo@example.net/x" type="chat"', asking)), [])
  })

  it('approve the subscription requests of the named JIDs, or of all', () => {
    const request = (from: string): StanzaEvent =>
      parseEvent(el`<presence from="${from}" type="subscribe"/>`, policy.own) as StanzaEvent
    const yes = '<presence type="subscribed" to="romeo@example.net"/>'
    assert.deepEqual(answers(request('romeo@example.net')), [yes])
    assert.deepEqual(answers(request('mallory@example.net')), [])
    assert.equal(answers(request('mallory@example.net'), {accepted: 'all'}).length, 1)
  })
})
