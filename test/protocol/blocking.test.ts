import assert from 'node:assert/strict'
import {block, parseBlocklist, unblock} from '../../src/protocol/blocking.ts'
import type {Element, Iq} from '../../src/xml.ts'
import {el} from '../support/xml.ts'

function asking() {
  const asked: string[] = []
  const keep = async (payload: Element): Promise<undefined> => {
    asked.push(String(payload))
  }
  const iq: Iq = {get: keep, set: keep}
  return {asked, iq}
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

  it('blocks and unblocks whom it was told', async () => {
    const {asked, iq} = asking()
    await block(iq, ['romeo@montague.net'])
    await unblock(iq, ['romeo@montague.net'])
    assert.deepEqual(asked, [
      '<block xmlns="urn:xmpp:blocking"><item jid="romeo@montague.net"/></block>',
      '<unblock xmlns="urn:xmpp:blocking"><item jid="romeo@montague.net"/></unblock>',
    ])
  })

  it('never unblocks everybody, which is what an empty request would do', async () => {
    const {asked, iq} = asking()
    await unblock(iq, [])
    assert.deepEqual(asked, [])
  })
})
