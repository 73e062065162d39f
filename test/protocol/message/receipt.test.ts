import assert from 'node:assert/strict'
import {
  buildReceipt,
  buildReceiptRequest,
  parseReceipt,
  wantsReceipt,
} from '../../../src/protocol/message/receipt.ts'
import {el} from '../../support/xml.ts'

describe('XEP-0184: Message Delivery Receipts', () => {
  const request = el`
    <message id="richard2-4.1.247" to="kingrichard@royalty.england.lit/throne">
      <body>My lord, dispatch; read o'er these articles.</body>
      <request xmlns="urn:xmpp:receipts"/>
    </message>`
  const receipt = el`
    <message id="bi29sg183b4v" to="northumberland@shakespeare.lit/westminster">
      <received xmlns="urn:xmpp:receipts" id="richard2-4.1.247"/>
    </message>`

  it('builds and parses the request for a receipt', () => {
    assert.equal(String(buildReceiptRequest()), String(request.getChild('request')))
    assert.ok(wantsReceipt(request))
    assert.ok(!wantsReceipt(receipt))
  })

  it('builds and parses a receipt', () => {
    assert.equal(String(buildReceipt('richard2-4.1.247')), String(receipt.getChild('received')))
    assert.equal(parseReceipt(receipt), 'richard2-4.1.247')
    assert.equal(parseReceipt(request), undefined)
  })

  it('ignores a receipt without an id, and one of another namespace', () => {
    const withoutId = el`<message><received xmlns="urn:xmpp:receipts"/></message>`
    const foreign = el`<message><received xmlns="urn:xmpp:carbons:2" id="1"/></message>`
    assert.equal(parseReceipt(withoutId), undefined)
    assert.equal(parseReceipt(foreign), undefined)
  })
})
