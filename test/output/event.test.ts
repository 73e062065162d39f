import assert from 'node:assert/strict'
import {renderEvent} from '../../src/output/event.ts'
import type {StanzaEvent} from '../../src/protocol/event/event.ts'
import {parseEvent} from '../../src/protocol/event/parse-event.ts'
import {el} from '../support/xml.ts'

const lineOf = (attrs: string, children: string): string =>
  renderEvent(
    parseEvent(
      el`<message ${attrs}>${children}</message>`,
      'juliet@example.com',
      (jid) => jid === 'coven@chat.example',
    ) as StanzaEvent,
  )

const witch = 'from="coven@chat.example/witch"'
const romeo = 'from="romeo@example.net/x"'
const body = '<body>Hail</body>'

describe('event as text', () => {
  it('begins with the kind of message, unless it is a chat or public in a room', () => {
    assert.equal(lineOf(`${romeo} type="chat"`, body), 'romeo@example.net/x: Hail')
    assert.equal(lineOf(`${witch} type="groupchat"`, body), 'coven@chat.example/witch: Hail')
    assert.equal(lineOf(`${witch} type="chat"`, body), 'private coven@chat.example/witch: Hail')
    assert.equal(lineOf(`${romeo} type="headline"`, body), 'headline romeo@example.net/x: Hail')
    assert.equal(lineOf(romeo, body), 'normal romeo@example.net/x: Hail')
    assert.equal(lineOf(`${romeo} type="groupchat"`, body), 'groupchat romeo@example.net/x: Hail')
  })

  it('distinguishes a room without a subject from a subject that was removed', () => {
    const room = 'from="coven@chat.example" type="groupchat"'
    assert.equal(lineOf(room, '<subject/>'), 'coven@chat.example has no subject')
    assert.equal(
      lineOf(`${witch} type="groupchat"`, '<subject/>'),
      'coven@chat.example/witch has removed the subject',
    )
  })

  it('omits the fallback text of an element', () => {
    const retraction = '<retract xmlns="urn:xmpp:message-retract:1" id="7"/>'
    const fallback = '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:message-retract:1"/>'
    assert.equal(
      lineOf(`${romeo} type="chat"`, retraction + fallback + body),
      'romeo@example.net/x: (retracts 7)',
    )
  })

  it('has a line for an invitation, and for an encrypted message', () => {
    const x =
      '<x xmlns="jabber:x:conference" jid="coven@chat.example" password="p" reason="Come&#10;here"/>'
    assert.equal(
      lineOf(romeo, x),
      'romeo@example.net/x invites this account to the room coven@chat.example (Come\n    here)',
    )
    const omemo = '<encrypted xmlns="urn:xmpp:omemo:2"><payload>x</payload></encrypted>'
    assert.equal(
      lineOf(`${romeo} type="chat"`, omemo),
      'romeo@example.net/x: (encrypted: urn:xmpp:omemo:2)',
    )
  })
})
