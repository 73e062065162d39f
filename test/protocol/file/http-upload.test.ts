import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import {parseDiscoForms} from '../../../src/protocol/core/disco-forms.ts'
import {
  findUploadService,
  parseSlot,
  parseUploadLimit,
  requestSlot,
} from '../../../src/protocol/file/http-upload.ts'
import {parseRetryAfter} from '../../../src/services/transfer/http-status.ts'
import {type Element, type Iq, parseStanzaError} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const INFO = el`<query xmlns='http://jabber.org/protocol/disco#info'>
  <identity category='store' type='file' name='HTTP File Upload'/>
  <feature var='urn:xmpp:http:upload:0'/>
  <x type='result' xmlns='jabber:x:data'>
    <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:http:upload:0</value></field>
    <field var='max-file-size'><value>5242880</value></field>
  </x>
</query>`

const ITEMS = el`<query xmlns='http://jabber.org/protocol/disco#items'>
  <item jid='conference.montague.tld' name='Chatroom Service'/>
  <item jid='upload.montague.tld' name='HTTP File Upload'/>
</query>`

const SLOT = el`<slot xmlns='urn:xmpp:http:upload:0'>
  <put url='https://upload.montague.tld/4a771ac1/tr%C3%A8s%20cool.jpg'>
    <header name='Authorization'>Basic Base64String==</header>
    <header name='Cookie'>foo=bar; user=romeo</header>
    <header name='cookie'>second=1</header>
    <header name='Host'>other.example</header>
  </put>
  <get url='https://download.montague.tld/4a771ac1/tr%C3%A8s%20cool.jpg'/>
</slot>`

const FILE = {name: 'très cool.jpg', size: 23456, type: 'image/jpeg'}

/** Records the requests, and answers each. */
function answering(answer: (payload: Element, to?: string) => Element | Promise<never>) {
  const sent: string[] = []
  const get: Iq['get'] = async (payload, to) => {
    sent.push(`${to}: ${payload}`)
    return answer(payload, to)
  }
  const iq: Iq = {get, set: () => assert.fail('a set')}
  return {iq, sent}
}

describe('XEP-0363: HTTP File Upload', () => {
  it('§3: finds the service and its limit', async () => {
    const nothing = el`<query xmlns='http://jabber.org/protocol/disco#info'/>`
    const {iq} = answering((payload, to) => {
      if (payload.getNS()?.endsWith('items')) return ITEMS
      return to === 'upload.montague.tld' ? INFO : nothing
    })
    const service = await findUploadService(iq, 'montague.tld')
    assert.deepEqual(service, {jid: 'upload.montague.tld', maxBytes: 5242880})
  })

  it('§3: a server without a service is 69', async () => {
    const {iq} = answering(() => el`<query xmlns='http://jabber.org/protocol/disco#items'/>`)
    await assert.rejects(findUploadService(iq, 'montague.tld'), (error: Failure) => {
      assert.deepEqual([error.code, error.exitCode], ['no-upload-service', 69])
      return true
    })
  })

  it('§3: a service without a limit', () => {
    assert.equal(parseUploadLimit(parseDiscoForms(undefined)), null)
    assert.equal(parseUploadLimit(parseDiscoForms(INFO)), 5242880)
  })

  it('§4: requests a slot', async () => {
    const {iq, sent} = answering(() => SLOT)
    await requestSlot(iq, 'upload.montague.tld', FILE)
    assert.deepEqual(sent, [
      'upload.montague.tld: <request xmlns="urn:xmpp:http:upload:0" filename="très cool.jpg" size="23456" content-type="image/jpeg"/>',
    ])
  })

  it('§4: reads the addresses, and the allowed headers in their order', () => {
    const slot = parseSlot(SLOT)
    assert.equal(slot?.put.href, 'https://upload.montague.tld/4a771ac1/tr%C3%A8s%20cool.jpg')
    assert.equal(slot?.get.href, 'https://download.montague.tld/4a771ac1/tr%C3%A8s%20cool.jpg')
    assert.deepEqual(slot?.headers, {
      authorization: ['Basic Base64String=='],
      cookie: ['foo=bar; user=romeo', 'second=1'],
    })
  })

  it('§6: reads the limit and the time of a refusal', async () => {
    const refused = (error: Element) =>
      requestSlot(answering(() => Promise.reject(parseStanzaError(error))).iq, 'upload', FILE).then(
        () => assert.fail('a slot'),
        (failure: Failure) => failure,
      )
    const large = await refused(el`<iq type='error'><error type='modify'>
      <not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
      <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>File too large</text>
      <file-too-large xmlns='urn:xmpp:http:upload:0'><max-file-size>20000</max-file-size></file-too-large>
    </error></iq>`)
    assert.ok(large instanceof Failure)
    assert.deepEqual([large.code, large.exitCode, large.text], ['too-large', 65, 'File too large'])
    assert.match(large.message, /très cool\.jpg has 23456 bytes, .* at most 20000 bytes/)
    const quota = await refused(el`<iq type='error'><error type='wait'>
      <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
      <retry xmlns='urn:xmpp:http:upload:0' stamp='2017-12-03T23:42:05Z'/>
    </error></iq>`)
    assert.deepEqual([quota.exitCode, quota.retryAfter], [75, '2017-12-03T23:42:05.000Z'])
  })

  it('RFC 9110 §10.2.3: Retry-After has seconds or a date', () => {
    const now = Date.UTC(2026, 0, 1)
    assert.equal(parseRetryAfter('120', now), '2026-01-01T00:02:00.000Z')
    assert.equal(parseRetryAfter('Fri, 02 Jan 2026 00:00:00 GMT', now), '2026-01-02T00:00:00.000Z')
    assert.equal(parseRetryAfter('soon', now), undefined)
    assert.equal(parseRetryAfter(undefined, now), undefined)
  })
})
