import assert from 'node:assert/strict'
import type {StanzaEvent} from '../../../src/protocol/event/event.ts'
import {parseEvent} from '../../../src/protocol/event/parse-event.ts'
import {Deduplicator, keysOf} from '../../../src/services/listen/deduplicator.ts'
import {el} from '../../support/xml.ts'

const OWN = 'juliet@example.com'

const messageOf = (id: string, child = ''): StanzaEvent =>
  parseEvent(
    el`<message from="romeo@example.net/x" id="${id}" type="chat"><body>Hi</body>${child}</message>`,
    OWN,
  ) as StanzaEvent
const archived = (id: string): string =>
  `<stanza-id xmlns="urn:xmpp:sid:0" by="${OWN}" id="${id}"/>`
const delayed = '<delay xmlns="urn:xmpp:delay" from="example.com" stamp="2002-09-10T23:08:25Z"/>'

describe('deduplicator', () => {
  it('compares the archive id, if the event has one', () => {
    const seen = new Deduplicator()
    assert.equal(seen.isNew(messageOf('a', archived('1'))), true)
    assert.equal(seen.isNew(messageOf('b', archived('1'))), false)
    assert.equal(seen.isNew(messageOf('a', archived('2'))), true)
  })

  it('compares the id of the sender for delayed messages only', () => {
    const seen = new Deduplicator()
    assert.equal(seen.isNew(messageOf('a', delayed)), true)
    assert.equal(seen.isNew(messageOf('a', delayed)), false)
    assert.equal(seen.isNew(messageOf('a')), true)
    assert.equal(seen.isNew(messageOf('a')), true)
  })

  it('recognises an event that an earlier run printed', () => {
    const event = messageOf('a', archived('1'))
    const seen = new Deduplicator()
    seen.addAll(keysOf(event))
    assert.equal(seen.isNew(messageOf('a', archived('1'))), false)
    // From the store of offline messages, without an archive id.
    assert.equal(seen.isNew(messageOf('a', delayed)), false)
    assert.equal(seen.isNew(messageOf('b', delayed)), true)
    const later = delayed.replace('2002-09-10T23:08:25Z', '2999-01-01T00:00:00Z')
    assert.equal(seen.isNew(messageOf('a', later)), true)
  })

  it('forgets a message after ten to twenty thousand others', () => {
    const seen = new Deduplicator()
    const message = messageOf('0', archived('0'))
    for (let i = 0; i <= 20_000; i++)
      seen.isNew({...message, id: String(i), stanzaId: String(i)} as StanzaEvent)
    for (const known of ['10001', '20000'])
      assert.equal(seen.isNew(messageOf(known, archived(known))), false, known)
    assert.equal(seen.isNew(messageOf('0', archived('0'))), true)
  })
})
