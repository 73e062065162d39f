import assert from 'node:assert/strict'
import {eventRenderer} from '../../src/output/event-line.ts'
import {localTime} from '../../src/output/layout/local-time.ts'
import type {FileEvent, MessageEvent, PresenceEvent} from '../../src/protocol/event/event.ts'

const TIME = '2026-11-20T08:00:00.000Z'
const SENT = '2026-11-19T08:00:00.000Z'

const message = {
  ...{event: 'message', id: 'm1', from: 'bob@example.com/x', to: null, type: 'chat', time: TIME},
  ...{stanzaId: 's1', delay: null, carbon: null, room: null, nick: null, originId: null},
  ...{body: 'Hello', text: 'Hello', lang: null, subject: null, thread: null, encrypted: null},
  ...{replace: null, retract: null, reply: null, reactions: null, action: null, oob: null},
  ...{files: [], receiptRequested: false, markable: false},
} as MessageEvent & {time: string}

const presence = {
  ...{event: 'presence', id: null, from: 'bob@example.com/x', to: null, type: 'available'},
  ...{show: 'away', status: null, priority: 0, room: null, nick: null, time: TIME},
} as PresenceEvent & {time: string}

const file = {
  ...{event: 'file', messageId: 'm1', from: 'bob@example.com/x', path: 'a.png', error: null},
  ...{url: 'https://example.com/a.png', name: null, size: null, type: null, sha256: null},
  time: TIME,
} as FileEvent & {time: string}

const [pipe, terminal] = [{isTTY: false}, {isTTY: true}]

describe('lines of listen', () => {
  it('begin with the local time on a terminal, that of the sender if it is known', () => {
    const render = eventRenderer({ids: false}, terminal)
    assert.equal(render(message), `${localTime(TIME, terminal)} bob@example.com/x: Hello`)
    assert.equal(
      render({...message, delay: SENT}),
      `${localTime(SENT, terminal)} bob@example.com/x: Hello`,
    )
    assert.equal(render(file), `${localTime(TIME, terminal)} bob@example.com/x: saved as a.png`)
    assert.equal(
      eventRenderer({ids: false}, pipe)({...message, delay: SENT}),
      `bob@example.com/x: ${SENT} Hello`,
    )
  })

  it('of presence are for those who ask, and for pipes', () => {
    const line = 'bob@example.com/x is away'
    assert.equal(eventRenderer({ids: false}, terminal)(presence), '')
    assert.equal(eventRenderer({ids: false}, pipe)(presence), line)
    for (const flags of [{include: ['presence']}, {exclude: ['message']}])
      assert.equal(
        eventRenderer({ids: false, ...flags}, terminal)(presence),
        `${localTime(TIME, terminal)} ${line}`,
      )
  })

  it('show the id that a reply needs', () => {
    const render = eventRenderer({ids: true}, pipe)
    assert.equal(render(message), 'bob@example.com/x: (id m1) Hello')
    const inRoom = {...message, type: 'groupchat', room: 'tea@example.com', nick: 'x'}
    assert.equal(render(inRoom), 'bob@example.com/x: (id s1) Hello')
    assert.equal(render({...inRoom, stanzaId: null}), 'bob@example.com/x: (id m1) Hello')
    assert.equal(render({...message, id: null}), 'bob@example.com/x: Hello')
  })

  it('follow the template', () => {
    const render = eventRenderer({ids: false, format: '{event} {body}{show}'}, pipe)
    assert.deepEqual([message, presence].map(render), ['message Hello', 'presence away'])
  })
})
