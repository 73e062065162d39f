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
  it('carries text, subject, thread and language', () => {
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

  it('makes up an id, another one each time', () => {
    const ids = [1, 2].map(() => buildMessage({to: 'a@b', type: 'chat', body: 'x'}))
    const [first, second] = ids.map((message) => parseOriginId(message))
    assert.match(first ?? '', /^[\da-f-]{36}$/)
    assert.notEqual(first, second)
    assert.deepEqual(first, ids[0]?.attrs.id)
  })

  it('asks for news of it, and asks servers to forget it', () => {
    const message = buildMessage({
      ...plain,
      body: 'a',
      ask: 'displayed',
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

  it('corrects (XEP-0308) and answers (XEP-0461) another one', () => {
    const reply = {id: '9', to: 'juliet@example.com'}
    const message = buildMessage({...plain, body: 'a', replace: 'bad1', reply})
    assert.equal(parseReplace(message), 'bad1')
    assert.deepEqual(parseReply(message), reply)
    assert.equal(parseReplace(el`<message/>`), undefined)
    assert.equal(parseReply(el`<message><reply xmlns="urn:xmpp:reply:0"/></message>`), undefined)
  })

  it('takes another one back (XEP-0424), in words for clients that cannot', () => {
    const message = buildMessage({...plain, retract: 'wrong-recipient-1'})
    assert.equal(parseRetract(message), 'wrong-recipient-1')
    assert.ok(isFallback(message, NS_RETRACTION))
    assert.ok(!isFallback(message, 'urn:xmpp:reply:0'))
    assert.ok(message.getChildText('body'))
    assert.ok(message.getChild('store', 'urn:xmpp:hints'))
  })

  it('takes another one back and is waited for as any other', () => {
    const message = buildMessage({
      ...plain,
      retract: '0',
      ask: 'displayed',
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

  it('is archived though it has no text, unless that was asked for', () => {
    const reactions = {id: '0', emojis: ['👍']}
    const stored = buildMessage({...plain, reactions})
    const fleeting = buildMessage({...plain, reactions, noStore: true})
    assert.ok(stored.getChild('store', 'urn:xmpp:hints'))
    assert.ok(!fleeting.getChild('store', 'urn:xmpp:hints'))
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

  it('goes both ways', () => {
    assert.equal(String(buildOob(data)), String(message.getChild('x')))
    assert.deepEqual(parseOob(message), data)
    assert.equal(parseOob(el`<message><x xmlns="jabber:x:oob"/></message>`), undefined)
  })
})

describe('XEP-0359: Unique and Stable Stanza IDs', () => {
  it('believes an id of who gave it, and of nobody else', () => {
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
