import assert from 'node:assert/strict'
import {parseReplace} from '../../../src/protocol/message/correction.ts'
import {isFallback} from '../../../src/protocol/message/fallback.ts'
import {buildMessage} from '../../../src/protocol/message/message.ts'
import {buildOob, parseOob} from '../../../src/protocol/message/oob.ts'
import {parseReply} from '../../../src/protocol/message/reply.ts'
import {
  NS_RETRACTION,
  parseRetract,
  RETRACTION_BODY,
} from '../../../src/protocol/message/retraction.ts'
import {parseOriginId, parseStanzaId} from '../../../src/protocol/message/stanza-id.ts'
import {el} from '../../support/xml.ts'

const plain = {to: 'juliet@example.com', type: 'chat', id: '1'} as const

describe('RFC 6121: messages', () => {
  it('have text, subject, thread and language', () => {
    const message = buildMessage({...plain, body: 'a', subject: 's', thread: 't', lang: 'en'})
    const expected = el`
      <message to="juliet@example.com" id="1" type="chat" xml:lang="en">
        <subject>s</subject>
        <body>a</body>
        <thread>t</thread>
        <origin-id xmlns="urn:xmpp:sid:0" id="1"/>
      </message>`
    assert.equal(String(message), String(expected))
  })

  it('get a random id by default', () => {
    const messages = [1, 2].map(() => buildMessage({to: 'a@b', type: 'chat', body: 'x'}))
    const [first, second] = messages.map((message) => parseOriginId(message))
    assert.match(first ?? '', /^[\da-f-]{36}$/)
    assert.notEqual(first, second)
    assert.deepEqual(first, messages[0]?.attrs.id)
  })

  it('request receipts, and ask servers not to store or copy them', () => {
    const message = buildMessage({
      ...plain,
      body: 'a',
      receipt: 'displayed',
      noStore: true,
      noCopy: true,
    })
    const expected = el`
      <message to="juliet@example.com" id="1" type="chat">
        <body>a</body>
        <request xmlns="urn:xmpp:receipts"/>
        <markable xmlns="urn:xmpp:chat-markers:0"/>
        <no-store xmlns="urn:xmpp:hints"/>
        <no-copy xmlns="urn:xmpp:hints"/>
        <origin-id xmlns="urn:xmpp:sid:0" id="1"/>
      </message>`
    assert.equal(String(message), String(expected))
  })

  it('correct another message (XEP-0308), or reply to it (XEP-0461)', () => {
    const reply = {id: '9', to: 'juliet@example.com'}
    const message = buildMessage({...plain, body: 'a', replace: 'bad1', reply})
    assert.equal(parseReplace(message), 'bad1')
    assert.deepEqual(parseReply(message), reply)
    assert.equal(parseReplace(el`<message/>`), undefined)
    assert.equal(parseReply(el`<message><reply xmlns="urn:xmpp:reply:0"/></message>`), undefined)
  })

  it('retract another message (XEP-0424), with a fallback text for other clients', () => {
    const message = buildMessage({...plain, retract: 'wrong-recipient-1'})
    assert.equal(parseRetract(message), 'wrong-recipient-1')
    assert.ok(isFallback(message, NS_RETRACTION))
    assert.ok(!isFallback(message, 'urn:xmpp:reply:0'))
    assert.ok(message.getChildText('body'))
    assert.ok(message.getChild('store', 'urn:xmpp:hints'))
  })

  it('request receipts for a retraction as well', () => {
    const message = buildMessage({
      ...plain,
      retract: '0',
      receipt: 'displayed',
      thread: 't',
      lang: 'de',
    })
    const expected = el`
      <message to="juliet@example.com" id="1" type="chat">
        <body>${RETRACTION_BODY}</body>
        <thread>t</thread>
        <retract xmlns="urn:xmpp:message-retract:1" id="0"/>
        <fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:message-retract:1"/>
        <request xmlns="urn:xmpp:receipts"/>
        <markable xmlns="urn:xmpp:chat-markers:0"/>
        <store xmlns="urn:xmpp:hints"/>
        <origin-id xmlns="urn:xmpp:sid:0" id="1"/>
      </message>`
    assert.equal(String(message), String(expected))
  })

  it('ask for storage if they have no text, unless noStore is set', () => {
    const reactions = {id: '0', emojis: ['👍']}
    const stored = buildMessage({...plain, reactions})
    const notStored = buildMessage({...plain, reactions, noStore: true})
    assert.ok(stored.getChild('store', 'urn:xmpp:hints'))
    assert.ok(!notStored.getChild('store', 'urn:xmpp:hints'))
  })
})

describe('XEP-0066: Out of Band Data', () => {
  const message = el`
    <message>
      <x xmlns="jabber:x:oob"><url>http://www.jabber.org/images/psa-license.jpg</url><desc>A license to Jabber!</desc></x>
    </message>`
  const data = {
    url: 'http://www.jabber.org/images/psa-license.jpg',
    description: 'A license to Jabber!',
  }

  it('builds and parses a URL with a description', () => {
    assert.equal(String(buildOob(data)), String(message.getChild('x')))
    assert.deepEqual(parseOob(message), data)
    assert.equal(parseOob(el`<message><x xmlns="jabber:x:oob"/></message>`), undefined)
  })
})

describe('XEP-0359: Unique and Stable Stanza IDs', () => {
  it('reads the id of one service only', () => {
    const message = el`
      <message>
        <stanza-id xmlns="urn:xmpp:sid:0" id="forged" by="mallory@example.com"/>
        <stanza-id xmlns="urn:xmpp:sid:0" id="5f3dbc5e" by="room@example.com"/>
        <origin-id xmlns="urn:xmpp:sid:0" id="de305d54"/>
      </message>`
    assert.equal(parseStanzaId(message, 'room@example.com'), '5f3dbc5e')
    assert.equal(parseStanzaId(message, 'example.com'), undefined)
    assert.equal(parseOriginId(message), 'de305d54')
  })
})
