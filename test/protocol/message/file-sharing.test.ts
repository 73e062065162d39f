import assert from 'node:assert/strict'
import {
  buildSharing,
  parseSharedFiles,
  type SharedFile,
} from '../../../src/protocol/message/file-sharing.ts'
import {xml} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const URL = 'https://download.montague.lit/4a771ac1-f0b2-4a4a-9700-f2a26fa2bb67/summit.jpg'
const SUMMIT: SharedFile = {
  url: URL,
  name: 'summit.jpg',
  size: 3032449,
  type: 'image/jpeg',
  sha256: 'd976ab9b04e53710c0324bf29a5a174b7e55bca536b26dfe5e5d8fca67e3ea69',
}
const UNKNOWN = {name: null, size: null, type: null, sha256: null}
const OOB = `<x xmlns='jabber:x:oob'><url>${URL}</url></x>`

describe('XEP-0447: Stateless file sharing', () => {
  it('reads a file with its metadata and its first HTTPS source', () => {
    const message = el`<message>
      <file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'>
        <file xmlns='urn:xmpp:file:metadata:0'>
          <media-type>image/jpeg</media-type>
          <name>summit.jpg</name>
          <size>3032449</size>
          <hash xmlns='urn:xmpp:hashes:2' algo='sha3-256'>AAAA</hash>
          <hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>2XarmwTlNxDAMkvymloXS35VvKU2sm3+Xl2PymfD6mk=</hash>
        </file>
        <sources>
          <jinglepub xmlns='urn:xmpp:jinglepub:1' from='romeo@montague.lit/resource' id='9'/>
          <url-data xmlns='http://jabber.org/protocol/url-data' target='http://other.example/a'/>
          <url-data xmlns='http://jabber.org/protocol/url-data' target='${URL}'/>
        </sources>
      </file-sharing>
      ${OOB}
    </message>`
    const [file, ...others] = parseSharedFiles(message)
    assert.deepEqual(others, [])
    assert.deepEqual({...file, sha256: null}, {...SUMMIT, sha256: null})
    assert.match(file?.sha256 ?? '', /^d976ab9b04e5/)
  })

  it('reads a file of XEP-0066, without metadata', () => {
    assert.deepEqual(parseSharedFiles(el`<message>${OOB}</message>`), [{url: URL, ...UNKNOWN}])
    assert.deepEqual(parseSharedFiles(el`<message><body>${URL}</body></message>`), [])
  })

  it('ignores a file without a URL, and invalid metadata', () => {
    const message = el`<message>
      <file-sharing xmlns='urn:xmpp:sfs:0'><file xmlns='urn:xmpp:file:metadata:0'/></file-sharing>
      <file-sharing xmlns='urn:xmpp:sfs:0'>
        <file xmlns='urn:xmpp:file:metadata:0'><size>-1</size><hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>AAAA</hash></file>
        <sources><url-data xmlns='http://jabber.org/protocol/url-data' target='${URL}'/></sources>
      </file-sharing>
    </message>`
    assert.deepEqual(parseSharedFiles(message), [{url: URL, ...UNKNOWN}])
  })

  it('reads what it builds, and marks the body as fallback', () => {
    const message = xml('message', {}, xml('body', {}, URL), ...buildSharing(SUMMIT))
    assert.deepEqual(parseSharedFiles(message), [SUMMIT])
    assert.match(
      String(message),
      /<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:sfs:0"><body\/><\/fallback>/,
    )
  })
})
