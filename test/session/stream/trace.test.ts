import assert from 'node:assert/strict'
import {redact, traceTo} from '../../../src/session/stream/trace.ts'
import type {Element} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const SASL2 = 'urn:xmpp:sasl:2'
const FORM = 'jabber:x:data'
const SECRET = 'c2VjcmV0'

/** Elements that contain secrets. */
const SECRETS: Record<string, Element> = {
  'a SASL answer': el`<auth xmlns='${SASL}' mechanism='PLAIN'>${SECRET}</auth>`,
  'a SASL challenge': el`<challenge xmlns='${SASL}'>${SECRET}</challenge>`,
  'a SASL response': el`<response xmlns='${SASL}'>${SECRET}</response>`,
  'a SASL success': el`<success xmlns='${SASL}'>${SECRET}</success>`,
  'a SASL2 answer': el`<authenticate xmlns='${SASL2}' mechanism='PLAIN'>
    <initial-response>${SECRET}</initial-response></authenticate>`,
  'a SASL2 success': el`<success xmlns='${SASL2}'>
    <additional-data>${SECRET}</additional-data></success>`,
  'a token (XEP-0484)': el`<success xmlns='${SASL2}'>
    <token xmlns='urn:xmpp:fast:0' token='${SECRET}' expiry='2030-01-01T00:00:00Z'/></success>`,
  'a new account (XEP-0077)': el`<iq type='set'><query xmlns='jabber:iq:register'>
    <username>juliet</username><password>${SECRET}</password></query></iq>`,
  'a field of a form': el`<x xmlns='${FORM}' type='submit'>
    <field var='password'><value>${SECRET}</value></field></x>`,
  'a private field of a form, answered': el`<x xmlns='${FORM}' type='submit'>
    <field var='pin' type='text-private'><value>${SECRET}</value></field></x>`,
  'a private field of a form': el`<x xmlns='${FORM}' type='form'>
    <field var='pin' type='text-private'><value>${SECRET}</value></field></x>`,
  'an answer to a registration form': el`<iq type='set'><query xmlns='jabber:iq:register'>
    <x xmlns='${FORM}' type='submit'><field var='pin'><value>${SECRET}</value></field></x>
    </query></iq>`,
  'an answer to the form of a room': el`<query xmlns='http://jabber.org/protocol/muc#owner'>
    <x xmlns='${FORM}' type='submit'>
    <field var='muc#roomconfig_roomsecret'><value>${SECRET}</value></field></x></query>`,
  'an invitation to a room (XEP-0249)': el`<message to='a@b'>
    <x xmlns='jabber:x:conference' jid='r@c.d' password='${SECRET}'/></message>`,
  'the password of a room (XEP-0045)': el`<presence to='room@conference.example.com/nick'>
    <x xmlns='http://jabber.org/protocol/muc'><password>${SECRET}</password></x></presence>`,
}

describe('trace', () => {
  for (const [what, element] of Object.entries(SECRETS)) {
    it(`hides ${what}`, () => {
      const before = String(element)
      const shown = String(redact(element))
      assert.ok(before.includes(SECRET))
      assert.ok(!shown.includes(SECRET), shown)
      assert.match(shown, /\[8 characters hidden\]/)
      assert.equal(String(element), before, 'the sent element does not change')
    })
  }

  const open: Record<string, Element> = {
    'a message body': el`<message to='a@b'><body>the password is 42</body></message>`,
    'an empty response': el`<response xmlns='${SASL}'/>`,
    'a response of no bytes': el`<auth xmlns='${SASL}' mechanism='EXTERNAL'>=</auth>`,
    'a SASL failure': el`<failure xmlns='${SASL}'><not-authorized/><text>No</text></failure>`,
    'the type of a form': el`<query xmlns='jabber:iq:register'><x xmlns='${FORM}' type='submit'>
      <field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field></x></query>`,
    'the values of a form': el`<query xmlns='urn:xmpp:mam:2'><x xmlns='${FORM}' type='submit'>
      <field var='with'><value>juliet@capulet.example</value></field></x></query>`,
    'the fields that a server asks for': el`<query xmlns='jabber:iq:register'>
      <username/><password/></query>`,
  }
  for (const [what, element] of Object.entries(open)) {
    it(`shows ${what}`, () => assert.equal(String(redact(element)), String(element)))
  }

  it('shows an element with very many children', () => {
    const item = el`<item jid='a@b'/>`
    const roster = el`<query xmlns='jabber:iq:roster'/>`
    for (let i = 0; i < 200_000; i++) roster.children.push(item)
    assert.equal(redact(roster).children.length, 200_000)
  })

  it('has direction, stage and XML', () => {
    const lines: string[] = []
    const trace = traceTo({
      note: (stage, text) => lines.push(`${stage}: ${text}`),
      wire: (direction, stage, xml) => lines.push(`${direction} ${stage} ${xml}`),
    })
    trace.note('tls', 'TLSv1.3')
    trace.sent('auth', el`<auth xmlns='${SASL}' mechanism='PLAIN'>${SECRET}</auth>`)
    trace.received('request', el`<iq type='result' id='1'/>`)
    trace.sentText('close', '</stream:stream>')
    assert.deepEqual(lines, [
      'tls: TLSv1.3',
      `out auth <auth xmlns="${SASL}" mechanism="PLAIN">[8 characters hidden]</auth>`,
      'in request <iq type="result" id="1"/>',
      'out close </stream:stream>',
    ])
  })

  it('does not serialize elements without a listener', () => {
    const trace = traceTo({})
    const unseen = {} as Element // would throw if it was read
    trace.sent('request', unseen)
    trace.received('request', unseen)
    trace.note('request', 'unseen')
  })
})
