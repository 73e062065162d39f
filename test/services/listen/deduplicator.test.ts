import assert from 'node:assert/strict'
import type {StanzaEvent} from '../../../src/protocol/event/event.ts'
import {parseEvent} from '../../../src/protocol/event/parse-event.ts'
import {Deduplicator, keysOf} from '../../../src/services/listen/deduplicator.ts'
import {el} from '../../support/xml.ts'

const OWN = 'juliet@example.com'

const said = (id: string, child = ''): StanzaEvent =>
  parseEvent(
    el`<message from="romeo@example.net/x" id="${id}" type="chat"><body>Hi</body>${child}</message>`,
    OWN,
  ) as StanzaEvent
const archived = (id: string): string =>
  `<stanza-id xmlns="urn:xmpp:sid:0" by="${OWN}" id="${id}"/>`
const waited = '<delay xmlns="urn:xmpp:delay" from="example.com" stamp="2002-09-10T23:08:25Z"/>'

describe('seen', () => {
  it('goes by the id of the archive where there is one', () => {
    const seen = new Deduplicator()
    assert.equal(seen.isNew(said('a', archived('1'))), true)
    assert.equal(seen.isNew(said('b', archived('1'))), false)
    assert.equal(seen.isNew(said('a', archived('2'))), true)
  })

  it('goes by the id of the sender for what waited, and not for what comes live', () => {
    const seen = new Deduplicator()
    assert.equal(seen.isNew(said('a', waited)), true)
    assert.equal(seen.isNew(said('a', waited)), false)
    assert.equal(seen.isNew(said('a')), true)
    assert.equal(seen.isNew(said('a')), true)
  })

  it('knows what an earlier run printed, when a server comes with it again', () => {
    const event = said('a', archived('1'))
    const seen = new Deduplicator()
    seen.addAll(keysOf(event))
    assert.equal(seen.isNew(said('a', archived('1'))), false)
    // From a store of offline messages, without the id of the archive.
    assert.equal(seen.isNew(said('a', waited)), false)
    assert.equal(seen.isNew(said('b', waited)), true)
    const later = waited.replace('2002-09-10T23:08:25Z', '2999-01-01T00:00:00Z')
    assert.equal(seen.isNew(said('a', later)), true)
  })

  it('forgets what is ten thousand messages old', () => {
    const seen = new Deduplicator()
    for (let i = 0; i <= 10_000; i++) seen.isNew(said(String(i), archived(String(i))))
    assert.equal(seen.isNew(said('10000', archived('10000'))), false)
    assert.equal(seen.isNew(said('0', archived('0'))), true)
  })
})
