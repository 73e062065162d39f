import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT, Failure} from '../../../src/errors.ts'
import {buildPresence} from '../../../src/protocol/presence/presence.ts'
import {EventStream} from '../../../src/services/listen/event-stream.ts'
import type {EventStreamOptions} from '../../../src/services/listen/event-stream-options.ts'
import {Inbox} from '../../../src/session/stanzas/inbox.ts'
import {type Element, type StanzaChannel, type StanzaReader, xml} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const JULIET = 'juliet@capulet.lit'

const message = (id: string): Element =>
  el`<message from="romeo@montague.lit/orchard" to="${JULIET}" type="chat">
       <body>${id}</body><stanza-id xmlns="urn:xmpp:sid:0" by="${JULIET}" id="${id}"/>
     </message>`

/** A server with an archive, which also has messages that were not delivered. */
class ForgetfulServer implements Pick<StanzaChannel, 'get' | 'set' | 'sendConfirmed' | 'incoming'> {
  readonly archive: string[] = []
  readonly queries: (string | null)[] = []
  /** Replaces the answer to a query. */
  refusal: Failure | undefined
  breaking: Promise<never> | undefined
  readonly #inbox = new Inbox()

  deliver(stanza: Element): void {
    this.#inbox.put(stanza, undefined)
  }

  async get(): Promise<undefined> {}
  async sendConfirmed(): Promise<void> {}

  async set(query: Element): Promise<Element> {
    const {queryid} = query.attrs
    const after = query.getChild('set')?.getChildText('after') ?? null
    this.queries.push(after)
    if (this.refusal) throw this.refusal
    if (this.breaking) return this.breaking
    const found = this.archive.slice(after === null ? 0 : this.archive.indexOf(after) + 1)
    for (const id of found)
      this.deliver(
        el`<message from="${JULIET}"><result xmlns="urn:xmpp:mam:2" queryid="${queryid as string}" id="${id}">
             <forwarded xmlns="urn:xmpp:forward:0">${message(id)}</forwarded></result></message>`,
      )
    const fin = xml('fin', {xmlns: 'urn:xmpp:mam:2', complete: 'true'})
    const set = xml('set', {xmlns: 'http://jabber.org/protocol/rsm'})
    for (const id of found.slice(-1)) set.append(xml('last', {}, id))
    fin.append(set)
    return fin
  }

  incoming(): StanzaReader {
    return this.#inbox.open()
  }
}

function newStream(options: Partial<EventStreamOptions> = {}) {
  const server = new ForgetfulServer()
  const stream = new EventStream(server as unknown as StanzaChannel, {
    own: JULIET,
    buildPresence: () => buildPresence({}),
    carbons: false,
    rooms: [],
    since: undefined,
    resumePoint: undefined,
    ...options,
  })
  return {stream, server}
}

const lost = new Failure('unknown-outcome', 'The connection was lost', EXIT.unknownOutcome)

describe('event stream', () => {
  it('continues an interrupted catch-up after a second loss, even if live messages arrived meanwhile', async () => {
    const {stream, server} = newStream()
    const yielded: string[] = []
    server.archive.push('1', '2', '3')
    for await (const {event} of stream.events(Promise.resolve({jid: `${JULIET}/balcony`}))) {
      yielded.push('body' in event ? (event.body ?? '') : event.event)
      if (event.event === 'ready') server.deliver(message('1'))
      if (yielded.at(-1) === '1') {
        let breakOff = (_: Failure): void => {}
        server.breaking = new Promise((_, reject) => {
          breakOff = reject
        })
        stream.reconnected(`${JULIET}/balcony`, false)
        void sleep(20).then(() => {
          server.archive.push('4')
          server.deliver(message('4'))
          // The requests of a session fail before the next session is open.
          setImmediate(() => {
            server.breaking = undefined
            breakOff(lost)
            setTimeout(() => stream.reconnected(`${JULIET}/balcony`, false), 20)
          })
        })
      }
      if (yielded.at(-1) === '3') break
    }
    assert.deepEqual(yielded, ['ready', '1', 'reconnected', '4', 'reconnected', '2', '3'])
  })

  it('queries only the newest part of the archive again after many missed messages', async () => {
    const {stream, server} = newStream()
    const yielded: string[] = []
    server.archive.push('0')
    const many = Array.from({length: 12_000}, (_, i) => String(i))
    for await (const {event} of stream.events(Promise.resolve({jid: `${JULIET}/balcony`}))) {
      if (event.event === 'ready') server.deliver(message('0'))
      if (!('body' in event)) continue
      yielded.push(event.body ?? '')
      if (yielded.length === 1) {
        server.archive.push(...many.slice(1))
        stream.reconnected(`${JULIET}/balcony`, false)
      }
      if (yielded.length === 2) void sleep(1500).then(() => server.deliver(message('last')))
      if (yielded.at(-1) === 'last') break
    }
    assert.equal(yielded.length, 12_001)
    assert.equal(server.queries.at(-1), '10999')
  })

  it('yields a gap if the session is lost and the server has no archive', async () => {
    const {stream, server} = newStream()
    const events: string[] = []
    server.refusal = new Failure('refused', 'No', EXIT.unavailable, {
      condition: 'service-unavailable',
    })
    for await (const {event} of stream.events(Promise.resolve({jid: `${JULIET}/balcony`}))) {
      events.push(event.event)
      if (events.length === 1) stream.reconnected(`${JULIET}/balcony`, true)
      if (events.length === 2) stream.reconnected(`${JULIET}/balcony`, false)
      if (event.event === 'gap') {
        assert.equal(event.room, null)
        assert.ok(event.from <= event.until)
        break
      }
    }
    assert.deepEqual(events, ['ready', 'reconnected', 'reconnected', 'gap'])
  })

  it('yields a gap if the session of a killed run cannot be resumed and the server has no archive', async () => {
    const time = '2026-11-27T06:00:00.000Z'
    const resumePoint = {after: undefined, from: time, time, until: undefined}
    for (const earlierSessions of ['resumed', 'lost'] as const) {
      const {stream, server} = newStream({resumePoint, earlierSessions})
      server.refusal = new Failure('refused', 'No', EXIT.unavailable, {
        condition: 'service-unavailable',
      })
      const events: string[] = []
      for await (const {event} of stream.events(Promise.resolve({jid: `${JULIET}/balcony`}))) {
        events.push(event.event)
        if (event.event === 'gap') assert.deepEqual([event.room, event.from], [null, time])
        if (event.event === 'ready') server.deliver(message('1'))
        if (event.event === 'message') break
      }
      assert.deepEqual(events, ['ready', ...(earlierSessions === 'lost' ? ['gap'] : []), 'message'])
    }
  })

  it('yields a message that was archived late after a kill, and advances its position only then', async () => {
    const resumePoint = {after: '1', from: undefined, until: undefined}
    const {stream, server} = newStream({resumePoint, earlierSessions: 'resumed'})
    server.archive.push('1')
    const yielded: string[] = []
    for await (const {event} of stream.events(Promise.resolve({jid: `${JULIET}/balcony`}))) {
      if (event.event === 'ready') server.deliver(message('3'))
      if (!('body' in event)) continue
      yielded.push(`${event.body} ${stream.position?.after}`)
      if (event.body === '3') server.archive.push('2', '3')
      if (event.body === '2') void sleep(50).then(() => server.deliver(message('4')))
      if (event.body === '4') break
    }
    assert.deepEqual(yielded, ['3 undefined', '2 undefined', '4 4'])
  })

  it('queries the archive again for messages that the server lost during resumption', async () => {
    const {stream, server} = newStream()
    const yielded: string[] = []
    const positions: (string | undefined)[] = []
    const live = (id: string): void => {
      server.archive.push(id)
      server.deliver(message(id))
    }
    for await (const {event} of stream.events(Promise.resolve({jid: `${JULIET}/balcony`}))) {
      yielded.push('body' in event ? (event.body ?? '') : event.event)
      positions.push(stream.position?.after)
      if (event.event === 'ready') live('1')
      if (yielded.at(-1) === '1') stream.reconnected(`${JULIET}/balcony`, true)
      // After the first query: the second message is archived now, and never delivered.
      if (event.event === 'reconnected')
        void sleep(100).then(() => {
          server.archive.push('2')
          live('3')
        })
      if (yielded.at(-1) === '2') live('4')
      if (yielded.at(-1) === '4') break
    }
    assert.deepEqual(yielded, ['ready', '1', 'reconnected', '3', '2', '4'])
    assert.deepEqual(server.queries, ['1', '1'])
    // A run that is killed while 2 may be missing must not save a position after it.
    assert.deepEqual(positions, [undefined, '1', '1', '1', '1', '4'])
  })
})
