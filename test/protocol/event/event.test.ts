import assert from 'node:assert/strict'
import type {MessageEvent} from '../../../src/protocol/event/event.ts'
import {parseEvent} from '../../../src/protocol/event/parse-event.ts'
import {el} from '../../support/xml.ts'

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
  originId: null,
  body: null,
  text: null,
  subject: null,
  thread: null,
  lang: null,
  encrypted: null,
  replace: null,
  retract: null,
  reply: null,
  reactions: null,
  oob: null,
  files: [],
  receiptRequested: false,
  markable: false,
  action: null,
}

describe('event', () => {
  it('has all elements of a message', () => {
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
      text: 'Wherefore?',
      subject: 'Names',
      thread: 'e0ffe42b',
      lang: 'en',
      replace: '41',
      reply: {id: '40', to: 'juliet@example.com'},
      oob: {url: 'https://example.com/rose.jpg', description: null},
      files: [
        {url: 'https://example.com/rose.jpg', name: null, size: null, type: null, sha256: null},
      ],
      receiptRequested: true,
      markable: true,
    })
  })

  it('is a message for a reaction and for a retraction', () => {
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

  it('has the older form of a retraction (XEP-0422), also of a moderator (XEP-0425)', () => {
    const retract = '<retract xmlns="urn:xmpp:message-retract:0"/>'
    const moderated = `<moderated xmlns="urn:xmpp:message-moderate:0" by="a@b/c">${retract}</moderated>`
    const parsed = (fastened: string, fallback: string) => {
      const event = parseEvent(
        el`<message from="romeo@example.net/orchard" type="chat">
             <apply-to xmlns="urn:xmpp:fasten:0" id="origin-1">${fastened}</apply-to>${fallback}
             <body>Gone</body>
           </message>`,
        OWN,
      )
      return event?.event === 'message' && [event.retract, event.text]
    }
    const fallback = '<fallback xmlns="urn:xmpp:fallback:0"/>'
    assert.deepEqual(parsed(retract, fallback), ['origin-1', null])
    assert.deepEqual(parsed(moderated, fallback), ['origin-1', null])
    assert.deepEqual(parsed(retract, ''), ['origin-1', 'Gone'])
    assert.deepEqual(parsed('<other xmlns="urn:example"/>', fallback), [null, 'Gone'])
  })

  it('is of its own kind for receipts, markers and chat states', () => {
    const parsed = (child: string) =>
      parseEvent(el`<message from="romeo@example.net/orchard" type="chat">${child}</message>`, OWN)
    assert.deepEqual(parsed('<received xmlns="urn:xmpp:receipts" id="7"/>'), {
      ...common,
      event: 'receipt',
      messageId: '7',
    })
    assert.deepEqual(parsed('<displayed xmlns="urn:xmpp:chat-markers:0" id="7"/>'), {
      ...common,
      event: 'marker',
      marker: 'displayed',
      messageId: '7',
    })
    assert.deepEqual(parsed('<composing xmlns="http://jabber.org/protocol/chatstates"/>'), {
      ...common,
      event: 'chat-state',
      state: 'composing',
    })
    assert.equal(parsed('<nonsense xmlns="urn:example"/>'), undefined)
  })

  it('has the room and the nickname, and is a subject for a message with a subject only', () => {
    const parsed = (child: string) =>
      parseEvent(
        el`<message from="coven@chat.example/firstwitch" type="groupchat">${child}
             <stanza-id xmlns="urn:xmpp:sid:0" by="coven@chat.example" id="5f3dbc5e"/>
           </message>`,
        OWN,
        (jid) => jid === 'coven@chat.example',
      )
    const there = {
      ...common,
      from: 'coven@chat.example/firstwitch',
      type: 'groupchat',
      stanzaId: '5f3dbc5e',
      room: 'coven@chat.example',
      nick: 'firstwitch',
    }
    assert.deepEqual(parsed('<body>Harpier cries</body>'), {
      ...message,
      ...there,
      body: 'Harpier cries',
      text: 'Harpier cries',
    })
    assert.deepEqual(parsed('<subject>Fire</subject>'), {
      ...there,
      event: 'subject',
      subject: 'Fire',
    })
  })

  it('accepts carbons from the own account only', () => {
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
      text: 'Come',
    })
    assert.equal(parseEvent(carbon('mallory@example.net/x'), OWN), undefined)
  })

  it('ignores the carbon of a private message of a joined room', () => {
    const room = 'coven@chat.example'
    const carbon = (direction: string) => el`
      <message from="${OWN}" to="juliet@example.com/balcony">
        <${direction} xmlns="urn:xmpp:carbons:2">
          <forwarded xmlns="urn:xmpp:forward:0">
            <message xmlns="jabber:client" from="${room}/witch" to="juliet@example.com/garden" type="chat">
              <body>Psst</body>
              <x xmlns="http://jabber.org/protocol/muc#user"/>
            </message>
          </forwarded>
        </${direction}>
      </message>`
    assert.equal(
      parseEvent(carbon('received'), OWN, (jid) => jid === room),
      undefined,
    )
    const elsewhere = parseEvent(carbon('received'), OWN)
    assert.equal(elsewhere?.event === 'message' && elsewhere.carbon, 'received')
  })

  it('ignores a stanza id of another archive', () => {
    const stanza = el`
      <message from="romeo@example.net/orchard" type="chat">
        <body>Hi</body>
        <stanza-id xmlns="urn:xmpp:sid:0" by="example.net" id="forged"/>
      </message>`
    assert.deepEqual(parseEvent(stanza, OWN), {...message, body: 'Hi', text: 'Hi'})
  })

  it('has the last of several stanza ids, which the server has added (XEP-0359 §5)', () => {
    const stanza = el`
      <message from="romeo@example.net/orchard" type="chat">
        <body>Hi</body>
        <stanza-id xmlns="urn:xmpp:sid:0" by="juliet@example.com" id="forged"/>
        <stanza-id xmlns="urn:xmpp:sid:0" by="juliet@example.com" id="archive-1"/>
        <stanza-id xmlns="urn:xmpp:sid:0" by="example.com" id="forged"/>
      </message>`
    const event = parseEvent(stanza, OWN)
    assert.equal(event?.event === 'message' && event.stanzaId, 'archive-1')
  })

  it('has the delay of the own server or of a joined room only (XEP-0203 §4)', () => {
    const delayOf = (from: string, children: string): string | null | undefined => {
      const stanza = el`<message from="${from}" type="chat"><body>x</body>${children}</message>`
      const event = parseEvent(stanza, OWN, (jid) => jid === 'coven@chat.example')
      return event?.event === 'message' ? event.delay : undefined
    }
    const by = (who: string, year: number): string =>
      `<delay xmlns="urn:xmpp:delay" ${who} stamp="${year}-09-10T23:08:25Z"/>`
    const of = (year: number): string => `${year}-09-10T23:08:25.000Z`
    const romeo = 'romeo@example.net/orchard'
    assert.equal(delayOf(romeo, by('from="example.com"', 2002)), of(2002))
    assert.equal(delayOf(romeo, by(`from="${OWN}"`, 2002)), of(2002))
    assert.equal(delayOf('coven@chat.example/x', by('from="coven@chat.example"', 2002)), of(2002))
    assert.equal(delayOf('other@chat.example/x', by('from="other@chat.example"', 2002)), null)
    assert.equal(delayOf(romeo, by('from="example.net"', 2002)), null)
    assert.equal(delayOf(romeo, by('', 2002)), null)
    const old = '<x xmlns="jabber:x:delay" from="example.com" stamp="20020910T23:08:25"/>'
    assert.equal(delayOf(romeo, old), of(2002))
    assert.equal(delayOf(romeo, old.replace('example.com', 'example.net')), null)
    assert.equal(delayOf(romeo, old.replace('2002', 'x')), null)
    const both = by('from="example.com"', 2002) + by('from="example.com"', 2003)
    assert.equal(delayOf(romeo, both), of(2003))
  })

  it('has no room for a sender that is not a joined room', () => {
    const stanzas = [
      el`<message from="mallory@example.net/x" type="groupchat"><body>Hi</body></message>`,
      el`<message from="mallory@example.net/x" type="chat"><body>Hi</body><x xmlns="http://jabber.org/protocol/muc#user"/></message>`,
    ]
    for (const stanza of stanzas) {
      const event = parseEvent(stanza, OWN)
      assert.ok(event?.event === 'message')
      assert.deepEqual([event.room, event.nick], [null, null])
    }
  })

  it('has the language of the body, and of several bodies the one in the language of the message', () => {
    const parsed = (lang: string, bodies: string): (string | null)[] => {
      const event = parseEvent(el`<message from="a@b/c" ${lang}>${bodies}</message>`, OWN)
      return event?.event === 'message' ? [event.body, event.lang] : []
    }
    const german = '<body xml:lang="de">Rose</body>'
    const english = '<body xml:lang="en">rose</body>'
    assert.deepEqual(parsed('', german), ['Rose', 'de'])
    assert.deepEqual(parsed('xml:lang="en"', german), ['Rose', 'de'])
    assert.deepEqual(parsed('xml:lang="en"', german + english), ['rose', 'en'])
    assert.deepEqual(parsed('xml:lang="fr"', `${german}<body>la rose</body>`), ['la rose', 'fr'])
    assert.deepEqual(parsed('', `${german}<body>rosa</body>`), ['rosa', null])
  })

  it('is an invitation, direct or through a room', () => {
    const invitation = {...common, event: 'invitation', type: 'normal', inviter: null, reason: null}
    const direct = el`
      <message from="crone1@shakespeare.lit/desktop" to="juliet@example.com">
        <x xmlns="jabber:x:conference" jid="darkcave@macbeth.shakespeare.lit"
           password="cauldronburn" reason="Hey Hecate, this is the place for all good witches!"/>
      </message>`
    assert.deepEqual(parseEvent(direct, OWN), {
      ...invitation,
      from: 'crone1@shakespeare.lit/desktop',
      to: OWN,
      room: 'darkcave@macbeth.shakespeare.lit',
      reason: 'Hey Hecate, this is the place for all good witches!',
      body: null,
    })
    const mediated = el`
      <message from="coven@chat.shakespeare.lit" to="juliet@example.com">
        <x xmlns="http://jabber.org/protocol/muc#user">
          <invite from="crone1@shakespeare.lit/desktop"><reason>Come</reason></invite>
          <password>cauldronburn</password>
        </x>
        <x xmlns="jabber:x:conference" jid="coven@chat.shakespeare.lit"/>
        <body>You are invited</body>
      </message>`
    assert.deepEqual(parseEvent(mediated, OWN), {
      ...invitation,
      from: 'coven@chat.shakespeare.lit',
      to: OWN,
      room: 'coven@chat.shakespeare.lit',
      inviter: 'crone1@shakespeare.lit/desktop',
      reason: 'Come',
      body: 'You are invited',
    })
  })

  it('names the encryption of a message', () => {
    const parsed = (children: string) =>
      parseEvent(
        el`<message from="romeo@example.net/orchard" type="chat">${children}</message>`,
        OWN,
      )
    for (const encrypted of ['urn:xmpp:omemo:2', 'eu.siacs.conversations.axolotl']) {
      const header = `<encrypted xmlns="${encrypted}"><header sid="27183"/>`
      assert.deepEqual(parsed(`${header}<payload>x</payload></encrypted>`), {...message, encrypted})
      assert.equal(parsed(`${header}</encrypted>`), undefined) // only exchanges keys
    }
    const pgp = 'urn:xmpp:openpgp:0'
    const named = `<encryption xmlns="urn:xmpp:eme:0" namespace="${pgp}"/><body>Sorry</body>`
    assert.deepEqual(parsed(named), {...message, encrypted: pgp, body: 'Sorry', text: 'Sorry'})
  })

  it('has the body without the fallback text as its text (XEP-0428)', () => {
    const parsed = (children: string): (string | null)[] => {
      const event = parseEvent(el`<message from="a@b/c" type="chat">${children}</message>`, OWN)
      return event?.event === 'message' ? [event.body, event.text] : []
    }
    const reply = '<reply xmlns="urn:xmpp:reply:0" id="1"/><body>&gt; 👋\nYes</body>'
    const fallback = (namespace: string, ranges: string): string =>
      `<fallback xmlns="urn:xmpp:fallback:0" for="${namespace}">${ranges}</fallback>`
    const quote = '<body start="0" end="4"/>' // in code points
    assert.deepEqual(parsed(reply), ['> 👋\nYes', '> 👋\nYes'])
    assert.deepEqual(parsed(reply + fallback('urn:xmpp:reply:0', quote)), ['> 👋\nYes', 'Yes'])
    assert.deepEqual(parsed(reply + fallback('urn:example', quote)), ['> 👋\nYes', '> 👋\nYes'])
    assert.deepEqual(
      parsed(reply + fallback('urn:xmpp:reply:0', '<body start="x"/>'))[1],
      '> 👋\nYes',
    )
    for (const outside of [
      'start="0" end="6000"',
      'start="-1" end="4"',
      'start="3" end="2"',
      'end="7"',
    ])
      assert.deepEqual(
        parsed(`${reply}${fallback('urn:xmpp:reply:0', `<body ${outside}/>`)}`),
        outside === 'end="7"' ? ['> 👋\nYes', null] : ['> 👋\nYes', '> 👋\nYes'],
        outside,
      )
    const retraction = '<retract xmlns="urn:xmpp:message-retract:1" id="1"/><body>Gone</body>'
    const whole = fallback('urn:xmpp:message-retract:1', '')
    assert.deepEqual(parsed(retraction + whole), ['Gone', null])
  })

  it('is of its own kind for presence, subscription requests and errors', () => {
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

  it('accepts a sender that is not a JID and a time that is invalid', () => {
    const stanza = el`
      <message from="@@/" type="weird"><body>x</body><delay xmlns="urn:xmpp:delay" stamp="soon"/></message>`
    assert.deepEqual(parseEvent(stanza, OWN), {
      ...message,
      from: '@@/',
      type: 'normal', // RFC 6121 §5.2.2
      body: 'x',
      text: 'x',
    })
  })
})
