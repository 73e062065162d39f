import assert from 'node:assert/strict'
import type {Failure} from '../../../src/errors.ts'
import {buildPresence, parsePresence} from '../../../src/protocol/presence/presence.ts'
import {PresenceTracker} from '../../../src/protocol/presence/presence-tracker.ts'
import {summarise} from '../../../src/protocol/presence/probe.ts'
import type {Element} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

describe('RFC 6121 §4: presence', () => {
  it('is an empty element without options, and with --show online', () => {
    assert.equal(String(buildPresence()), '<presence/>')
    assert.equal(String(buildPresence({show: 'online'})), '<presence/>')
  })

  it('has show, status by language, priority and an empty photo hash', () => {
    assert.equal(
      String(
        buildPresence({
          show: 'dnd',
          status: 'Wooing Juliet',
          statuses: {cs: 'Dvořím se Julii'},
          priority: 1,
          photoHash: '',
        }),
      ),
      String(el`
        <presence>
          <show>dnd</show>
          <status>Wooing Juliet</status>
          <status xml:lang='cs'>Dvořím se Julii</status>
          <priority>1</priority>
          <x xmlns='vcard-temp:x:update'><photo/></x>
        </presence>`),
    )
  })

  it('is unavailable, with a status, and directed to one JID', () => {
    assert.equal(
      String(buildPresence({show: 'offline', status: 'gone', to: 'room@muc.example/nick'})),
      '<presence to="room@muc.example/nick" type="unavailable"><status>gone</status></presence>',
    )
  })

  it('refuses a character that XML forbids (65)', () => {
    assert.throws(
      () => buildPresence({statuses: {de: '\u0000'}}),
      ({exitCode}: Failure) => exitCode === 65,
    )
  })

  it('has the hash of a photo in lower case, and refuses anything else (65)', () => {
    const hash = 'A'.repeat(40)
    assert.match(String(buildPresence({photoHash: hash})), /<photo>a{40}<\/photo>/)
    for (const photoHash of ['abc', `${hash}0`, `${hash}\n`])
      assert.throws(
        () => buildPresence({photoHash}),
        ({exitCode}: Failure) => exitCode === 65,
      )
  })

  it('parses all fields', () => {
    assert.deepEqual(
      parsePresence(el`
        <presence from='romeo@example.net/orchard'>
          <show>xa</show>
          <status xml:lang='en'>Down the hall</status>
          <status>Am Ende des Gangs</status>
          <priority>-3</priority>
          <delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:41:07+02:00'/>
          <idle xmlns='urn:xmpp:idle:1' since='2002-09-10T20:00:00Z'/>
        </presence>`),
      {
        jid: 'romeo@example.net/orchard',
        resource: 'orchard',
        show: 'xa',
        status: 'Am Ende des Gangs',
        statuses: {en: 'Down the hall'},
        priority: -3,
        since: '2002-09-10T21:41:07.000Z',
        idleSince: '2002-09-10T20:00:00.000Z',
      },
    )
  })

  it('treats values that the RFC does not define as absent', () => {
    const {priority, resource, show, since, status} = parsePresence(el`
      <presence from='romeo@example.net'>
        <show>offline</show><status/><priority>1000</priority>
        <delay xmlns='urn:xmpp:delay' stamp='yesterday'/>
      </presence>`)
    assert.deepEqual([priority, resource, show, since, status], [0, null, 'online', null, null])
  })
})

const from = (jid: string, show: string, attributes = ''): Element =>
  el`<presence from='${jid}' ${attributes}><show>${show}</show></presence>`

describe('the presence of a contact', () => {
  it('has the available resources, the highest priority first', () => {
    const low = parsePresence(from('a@example.com/low', 'away'))
    const high = {...parsePresence(from('a@example.com/high', 'dnd')), priority: 9}
    const left = parsePresence(from('a@example.com/left', '', "type='unavailable'"))
    const {available, last, resources} = summarise('a@example.com', [low, left, high])
    assert.equal(available, true)
    assert.equal(last, null)
    assert.deepEqual(
      resources.map(({resource}) => resource),
      ['high', 'low'],
    )
  })

  it('is the last presence of each resource', () => {
    const came = parsePresence(from('a@example.com/r', 'chat'))
    const left = parsePresence(
      el`<presence from='a@example.com/r' type='unavailable'><status>bye</status></presence>`,
    )
    assert.deepEqual(summarise('a@example.com', [came, left]), {
      jid: 'a@example.com',
      available: false,
      resources: [],
      last: {status: 'bye', since: null},
    })
  })

  it('yields each change once, and ignores repetitions and other stanzas', async () => {
    async function* arriving(): AsyncGenerator<Element> {
      yield from('b@example.com', '', "type='unavailable'") // was not available before
      yield from('a@example.com/r', 'away')
      yield from('a@example.com/r', 'away')
      yield from('c@example.com/r', 'away') // not tracked
      yield from('a@example.com/r', 'dnd')
      yield el`<message from='a@example.com/r'/>`
      yield from('a@example.com/r', '', "type='subscribe'")
      yield from('a@example.com/r', '', "type='unavailable'")
    }
    const shows: string[] = []
    const changes = new PresenceTracker(['a@example.com', 'b@example.com'])
    for await (const {show} of changes.changes(arriving())) shows.push(show)
    assert.deepEqual(shows, ['away', 'dnd', 'offline'])
  })
})

describe('the presence of contacts in a new session', () => {
  /** A tracker, a way to let stanzas arrive, and the next change. */
  function trackArrivals() {
    const queue: Element[] = []
    let wake = (): void => {}
    async function* arriving(): AsyncGenerator<Element> {
      for (;;) {
        const stanza = queue.shift()
        if (stanza) yield stanza
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    }
    const changes = new PresenceTracker()
    const all = changes.changes(arriving())
    return {
      changes,
      arrive(...stanzas: Element[]) {
        queue.push(...stanzas)
        wake()
      },
      async next(): Promise<string> {
        const {value} = await all.next()
        return value ? `${value.jid} ${value.show}` : ''
      },
    }
  }

  const A = 'a@example.com/r'
  const B = 'b@example.com/r'
  const C = 'c@example.net/r'

  async function threeAvailable() {
    const listener = trackArrivals()
    listener.arrive(...[A, B, C].map((jid) => from(jid, 'chat')))
    for (const jid of [A, B, C]) assert.equal(await listener.next(), `${jid} chat`)
    assert.deepEqual(
      listener.changes.available,
      [A, B, C].map((jid) => jid.slice(0, -2)),
    )
    return listener
  }

  it('is offline for a contact without a presence, after its server has answered the probe', async () => {
    const {arrive, changes, next} = await threeAvailable()
    const change = next()
    let settle = (_: Set<string>): void => {}
    changes.newSession(
      new Promise((resolve) => {
        settle = resolve
      }),
    )
    arrive(from(B, 'chat')) // still available: not a change
    settle(new Set(['a@example.com', 'b@example.com'])) // the server of c has not answered
    assert.equal(await change, `${A} offline`)
    arrive(from(C, 'dnd'), from(A, 'chat')) // late presences are changes too
    assert.equal(await next(), `${C} dnd`)
    assert.equal(await next(), `${A} chat`)
  })

  it('ignores the probes of a session that was lost again', async () => {
    const {arrive, changes, next} = await threeAvailable()
    const change = next()
    changes.newSession(Promise.resolve(new Set(['a@example.com'])))
    changes.newSession(Promise.reject(new Error('lost again')))
    arrive(from(A, 'away'))
    assert.equal(await change, `${A} away`)
  })
})
