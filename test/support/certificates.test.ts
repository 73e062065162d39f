import assert from 'node:assert/strict'
import {createPrivateKey, X509Certificate} from 'node:crypto'
import {EXPIRED, newAuthority, type Pair, selfSigned} from './certificates.ts'

describe('certificates', () => {
  const authority = newAuthority()
  const signer = new X509Certificate(authority.cert)
  const read = ({cert}: Pair): X509Certificate => new X509Certificate(cert)

  it('are signed by their authority', () => {
    const leaf = read(authority.issue({domains: ['example.org', 'conference.example.org']}))
    assert.ok(leaf.checkIssued(signer))
    assert.ok(leaf.verify(signer.publicKey))
    assert.equal(leaf.subjectAltName, 'DNS:example.org, DNS:conference.example.org')
    assert.equal(signer.ca, true)
    assert.equal(leaf.ca, false)
  })

  it('fit their keys', () => {
    const pair = authority.issue({domains: ['example.org']})
    assert.ok(read(pair).checkPrivateKey(createPrivateKey(pair.key)))
  })

  it('can be expired', () => {
    const {validTo} = read(authority.issue({domains: ['example.org'], ...EXPIRED}))
    assert.ok(new Date(validTo) < new Date())
  })

  it('can be self-signed', () => {
    const leaf = read(selfSigned({domains: ['example.org']}))
    assert.equal(leaf.verify(signer.publicKey), false)
    assert.ok(leaf.verify(leaf.publicKey))
  })

  it('name a client by its JID', () => {
    const {cert} = authority.issue({commonName: 'alice', jids: ['alice@example.org']})
    const leaf = new X509Certificate(cert)
    assert.match(String(leaf.subjectAltName), /XmppAddr:+alice@example\.org/)
    assert.equal(leaf.subject, 'CN=alice')
  })
})
