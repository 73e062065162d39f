import assert from 'node:assert/strict'
import {parseBlocklist, setBlocked} from '../../../src/protocol/roster/blocking.ts'
import type {Iq} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

/** A server with this block list. */
function blocking(...jids: string[]) {
  const requests: string[] = []
  const iq: Iq = {
    async get(payload) {
      requests.push(String(payload))
      const items = jids.map((jid) => `<item jid='${jid}'/>`).join('')
      return el`<blocklist xmlns='urn:xmpp:blocking'>${items}</blocklist>`
    },
    async set(payload) {
      requests.push(String(payload))
      return undefined
    },
  }
  return {requests, iq}
}

describe('XEP-0191: blocking', () => {
  it('reads the list, sorted', () => {
    const list = el`
      <blocklist xmlns='urn:xmpp:blocking'>
        <item jid='romeo@montague.net'/><item/><item jid='iago@shakespeare.lit'/>
      </blocklist>`
    assert.deepEqual(parseBlocklist(list), ['iago@shakespeare.lit', 'romeo@montague.net'])
    assert.deepEqual(parseBlocklist(undefined), [])
  })

  it('blocks and unblocks the JIDs, and requests the previous list in the same flight', async () => {
    const {requests, iq} = blocking('iago@shakespeare.lit')
    const jids = ['romeo@montague.net', 'iago@shakespeare.lit']
    const items = '<item jid="romeo@montague.net"/><item jid="iago@shakespeare.lit"/>'
    const blocked = setBlocked(iq, jids, 'blocked')
    assert.deepEqual(requests, [
      '<blocklist xmlns="urn:xmpp:blocking"/>',
      `<block xmlns="urn:xmpp:blocking">${items}</block>`,
    ])
    assert.deepEqual(
      (await blocked).map(({state}) => state),
      ['blocked', 'unchanged'],
    )
    const unblocked = await setBlocked(iq, jids, 'unblocked')
    assert.equal(requests[3], `<unblock xmlns="urn:xmpp:blocking">${items}</unblock>`)
    assert.deepEqual(unblocked, [
      {jid: 'romeo@montague.net', state: 'unchanged'},
      {jid: 'iago@shakespeare.lit', state: 'unblocked'},
    ])
  })

  it('sends no request without a JID, because it would unblock all addresses', async () => {
    const {requests, iq} = blocking('iago@shakespeare.lit')
    assert.deepEqual(await setBlocked(iq, [], 'unblocked'), [])
    assert.deepEqual(requests, [])
  })
})
