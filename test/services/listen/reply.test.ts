import assert from 'node:assert/strict'
import type {MessageEvent} from '../../../src/protocol/event/event.ts'
import {parseEvent} from '../../../src/protocol/event/parse-event.ts'
import {sizeOfText} from '../../../src/protocol/message/split.ts'
import {Replies} from '../../../src/services/listen/reply.ts'
import type {Element} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const OWN = 'juliet@example.com'
const ROOM = 'coven@chat.example'

const received = (attrs: string, children = ''): MessageEvent & {from: string} =>
  parseEvent(
    el`<message ${attrs}><body>Hi</body>${children}</message>`,
    OWN,
    (jid) => jid === ROOM,
  ) as MessageEvent & {from: string}

describe('event reply', () => {
  let replies: Replies
  beforeEach(() => {
    replies = new Replies(OWN, (occupant) => occupant === `${ROOM}/BOT`)
  })
  const build = (event: MessageEvent & {from: string}, text = 'Yes'): Element[] =>
    replies.build(event, text)
  const addressOf = (event: MessageEvent & {from: string}): unknown[] =>
    build(event).map(({attrs}) => `${attrs.type} ${attrs.to}`)

  it('goes to the sender, to the room, or to the occupant for a private message', () => {
    assert.deepEqual(addressOf(received('from="romeo@example.net/x" type="chat"')), [
      'chat romeo@example.net',
    ])
    assert.deepEqual(addressOf(received('from="romeo@example.net/x"')), [
      'normal romeo@example.net',
    ])
    assert.deepEqual(addressOf(received(`from="${ROOM}/w" type="groupchat"`)), [
      `groupchat ${ROOM}`,
    ])
    const privateMessage = build(received(`from="${ROOM}/w" type="chat"`))
    assert.deepEqual(
      privateMessage.map(({attrs}) => `${attrs.type} ${attrs.to}`),
      [`chat ${ROOM}/w`],
    )
    assert.ok(privateMessage[0]?.getChild('x', 'http://jabber.org/protocol/muc#user'))
  })

  it('is not sent to the own account, the own occupant, or a room that is not joined', () => {
    const unanswered = [
      `from="${OWN}/garden" type="chat"`,
      `from="${ROOM}/BOT" type="groupchat"`,
      `from="${ROOM}" type="groupchat"`,
      'from="mallory@example.net/x" type="groupchat"',
      'from="news@example.net" type="headline"',
    ]
    for (const attrs of unanswered)
      assert.equal(replies.isAnswerable(received(attrs)), false, attrs)
    const attrs = 'from="romeo@example.net/x" type="chat"'
    assert.equal(replies.isAnswerable(received(attrs)), true)
    const note = '<encryption xmlns="urn:xmpp:eme:0" namespace="urn:xmpp:openpgp:0"/>'
    assert.equal(replies.isAnswerable(received(attrs, note)), false)
  })

  it('is recognised when the room sends it back, under any nickname and id', () => {
    const [answer] = build(received(`from="${ROOM}/w" type="groupchat"`))
    const from = `from="${ROOM}/somebody" type="groupchat"`
    const id: string = answer?.attrs.id
    const origin = `<origin-id xmlns="urn:xmpp:sid:0" id="${id}"/>`
    assert.equal(replies.isAnswerable(received(`${from} id="${id}"`)), false)
    assert.equal(replies.isAnswerable(received(`${from} id="rewritten"`, origin)), false)
    assert.equal(replies.isAnswerable(received(`${from} id="another"`)), true)
  })

  it('is split into numbered parts if it is larger than the limit of the server', () => {
    const event = received('from="romeo@example.net/x" type="chat"')
    const text = 'x'.repeat(30_000)
    const parts = replies.build(event, text, 20_000)
    assert.deepEqual(
      parts.map((part) => part.getChildText('body')?.slice(0, 6)),
      ['(1/2) ', '(2/2) '],
    )
    for (const part of parts) assert.ok(sizeOfText(String(part)) <= 20_000)
    // the size that every server accepts (RFC 6120 §13.12), if the limit of this one is unknown
    for (const part of build(event, text)) assert.ok(sizeOfText(String(part)) <= 10_000)
  })
})
