import assert from 'node:assert/strict'
import {type MessageEvent, parseEvent} from '../../src/protocol/event.ts'
import {el} from '../support/xml.ts'

const OWN = 'juliet@example.com'

const common = {
  id: null,
  from: 'romeo@example.net/orchard',
  to: null,
  type: 'chat',
  stanzaId: null,
  delay: null,
  carbon: null,
  room: null,
  nick: null,
}

const message: MessageEvent = {
  ...common,
  event: 'message',
  body: null,
  subject: null,
  thread: null,
  lang: null,
  replace: null,
  retract: null,
  reply: null,
  reactions: null,
  oob: null,
  receiptRequested: false,
  markable: false,
}

describe('event', () => {
  it('reads everything that a message can say', () => {
    const stanza = el`
      <message from="romeo@example.net/orchard" to="juliet@example.com" id="42" type="chat" xml:lang="en">
        <body>Wherefore?</body>
        <subject>Names</subject>
        <thread>e0ffe42b</thread>
        <request xmlns="urn:xmpp:receipts"/>
        <markable xmlns="urn:xmpp:chat-markers:0"/>
        <replace xmlns="urn:xmpp:message-correct:0" id="41"/>
        <reply xmlns="urn:xmpp:reply:0" to="juliet@example.com" id="40"/>
        <x xmlns="jabber:x:oob"><url>https://example.com/rose.jpg</url></x>
        <stanza-id xmlns="urn:xmpp:sid:0" by="juliet@example.com" id="archive-1"/>
        <delay xmlns="urn:xmpp:delay" from="example.com" stamp="2002-09-10T23:08:25Z"/>
      </message>`
    assert.deepEqual(parseEvent(stanza, OWN), {
      ...message,
      id: '42',
      to: 'juliet@example.com',
      stanzaId: 'archive-1',
      delay: '2002-09-10T23:08:25.000Z',
      body: 'Wherefore?',
      subject: 'Names',
      thread: 'e0ffe42b',
      lang: 'en',
      replace: '41',
      reply: {id: '40', to: 'juliet@example.com'},
      oob: {url: 'https://example.com/rose.jpg', description: null},
      receiptRequested: true,
      markable: true,
    })
  })

  it('takes a reaction and a retraction as something said', () => {
    const reaction = el`
      <message from="romeo@example.net/orchard" type="chat">
        <reactions xmlns="urn:xmpp:reactions:0" id="7"><reaction>👋</reaction></reactions>
      </message>`
    const retraction = el`
      <message from="romeo@example.net/orchard" type="chat">
        <retract xmlns="urn:xmpp:message-retract:1" id="7"/>
      </message>`
    assert.deepEqual(parseEvent(reaction, OWN), {
      ...message,
      reactions: {id: '7', emojis: ['👋']},
    })
    assert.deepEqual(parseEvent(retraction, OWN), {...message, retract: '7'})
  })

  it('reads receipts, markers and chat states', () => {
    const said = (child: string) =>
      parseEvent(el`<message from="romeo@example.net/orchard" type="chat">${child}</message>`, OWN)
    assert.deepEqual(said('<received xmlns="urn:xmpp:receipts" id="7"/>'), {
      ...common,
      event: 'receipt',
      messageId: '7',
    })
    assert.deepEqual(said('<displayed xmlns="urn:xmpp:chat-markers:0" id="7"/>'), {
      ...common,
      event: 'marker',
      marker: 'displayed',
      messageId: '7',
    })
    assert.deepEqual(said('<composing xmlns="http://jabber.org/protocol/chatstates"/>'), {
      ...common,
      event: 'chat-state',
      state: 'composing',
    })
    assert.equal(said('<nonsense xmlns="urn:example"/>'), undefined)
  })

  it('knows a room by its messages, and its subject from a message with one', () => {
    const said = (child: string) =>
      parseEvent(
        el`<message from="coven@chat.example/firstwitch" type="groupchat">${child}
             <stanza-id xmlns="urn:xmpp:sid:0" by="coven@chat.example" id="5f3dbc5e"/>
           </message>`,
        OWN,
      )
    const there = {
      ...common,
      from: 'coven@chat.example/firstwitch',
      type: 'groupchat',
      stanzaId: '5f3dbc5e',
      room: 'coven@chat.example',
      nick: 'firstwitch',
    }
    assert.deepEqual(said('<body>Harpier cries</body>'), {
      ...message,
      ...there,
      body: 'Harpier cries',
    })
    assert.deepEqual(said('<subject>Fire</subject>'), {...there, event: 'subject', subject: 'Fire'})
  })

  it('believes copies from our own server, and nobody else', () => {
    const carbon = (from: string) => el`
      <message from="${from}" to="juliet@example.com/balcony">
        <sent xmlns="urn:xmpp:carbons:2">
          <forwarded xmlns="urn:xmpp:forward:0">
            <message xmlns="jabber:client" from="juliet@example.com/garden" to="romeo@example.net" type="chat">
              <body>Come</body>
            </message>
          </forwarded>
        </sent>
      </message>`
    assert.deepEqual(parseEvent(carbon(OWN), OWN), {
      ...message,
      from: 'juliet@example.com/garden',
      to: 'romeo@example.net',
      carbon: 'sent',
      body: 'Come',
    })
    assert.equal(parseEvent(carbon('mallory@example.net/x'), OWN), undefined)
  })

  it('believes a stanza id of our own archive, and nobody else', () => {
    const stanza = el`
      <message from="romeo@example.net/orchard" type="chat">
        <body>Hi</body>
        <stanza-id xmlns="urn:xmpp:sid:0" by="example.net" id="forged"/>
      </message>`
    assert.deepEqual(parseEvent(stanza, OWN), {...message, body: 'Hi'})
  })

  it('reads presence, requests for it, and errors', () => {
    const presence = el`<presence from="romeo@example.net/orchard"><show>away</show></presence>`
    const request = el`<presence from="romeo@example.net" type="subscribe"><status>It is me</status></presence>`
    const error = el`
      <message from="nobody@example.net" id="7" type="error">
        <error type="cancel"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>
      </message>`
    assert.deepEqual(parseEvent(presence, OWN), {
      event: 'presence',
      id: null,
      from: 'romeo@example.net/orchard',
      to: null,
      type: 'available',
      show: 'away',
      status: null,
      priority: 0,
      room: null,
      nick: null,
    })
    assert.deepEqual(parseEvent(request, OWN), {
      event: 'subscription',
      id: null,
      from: 'romeo@example.net',
      to: null,
      type: 'subscribe',
      status: 'It is me',
    })
    const told = parseEvent(error, OWN)
    assert.ok(told?.event === 'error')
    assert.equal(told.error.condition, 'item-not-found')
  })

  it('survives what is no JID and no time', () => {
    const stanza = el`
      <message from="@@/" type="weird"><body>x</body><delay xmlns="urn:xmpp:delay" stamp="soon"/></message>`
    assert.deepEqual(parseEvent(stanza, OWN), {
      ...message,
      from: '@@/',
      type: 'weird',
      body: 'x',
    })
  })
})
