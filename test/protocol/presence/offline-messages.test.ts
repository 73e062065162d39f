import assert from 'node:assert/strict'
import {
  fetchOfflineMessages,
  offlineNodeOf,
  removeOfflineMessage,
} from '../../../src/protocol/presence/offline-messages.ts'
import type {Element, Iq} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const NODE = '2003-02-27T22:52:37.225Z'

describe('stored messages', () => {
  it('are fetched and removed (XEP-0013)', async () => {
    const sent: string[] = []
    const record =
      (type: string) =>
      async (payload: Element): Promise<undefined> =>
        void sent.push(`${type} ${payload}`)
    const iq = {get: record('get'), set: record('set')} as unknown as Iq
    await fetchOfflineMessages(iq)
    await removeOfflineMessage(iq, NODE)
    assert.deepEqual(sent, [
      `get ${el`<offline xmlns="http://jabber.org/protocol/offline"><fetch/></offline>`}`,
      `set ${el`<offline xmlns="http://jabber.org/protocol/offline"><item action="remove" node="${NODE}"/></offline>`}`,
    ])
  })

  it('have a node', () => {
    const offline = `<offline xmlns="http://jabber.org/protocol/offline"><item node="${NODE}"/></offline>`
    assert.equal(offlineNodeOf(el`<message><body>hi</body>${offline}</message>`), NODE)
    assert.equal(offlineNodeOf(el`<message><body>hi</body></message>`), undefined)
  })
})
