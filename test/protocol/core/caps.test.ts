import assert from 'node:assert/strict'
import {buildCaps, verificationString} from '../../../src/protocol/core/caps.ts'
import {el} from '../../support/xml.ts'

describe('caps', () => {
  const NODE = 'http://code.google.com/p/exodus'

  it('have the hash of the example in the specification (§5.2)', () => {
    const ver = verificationString({
      identities: [{category: 'client', type: 'pc', name: 'Exodus 0.9.1'}],
      features: [
        'http://jabber.org/protocol/disco#info',
        'http://jabber.org/protocol/disco#items',
        'http://jabber.org/protocol/muc',
        'http://jabber.org/protocol/caps',
      ],
    })
    assert.equal(ver, 'QgayPKawpkPSDYmwT/WM94uAlu0=')
    assert.equal(
      String(buildCaps(NODE, ver)),
      String(
        el`<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="${NODE}" ver="${ver}"/>`,
      ),
    )
  })
})
