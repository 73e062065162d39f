/** What an entity says about itself: XEP-0012, XEP-0092, XEP-0128, XEP-0202. */
import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import {getExtendedInfo, parseDiscoForms} from '../../../src/protocol/core/disco-forms.ts'
import {getLastActivity, parseLast} from '../../../src/protocol/core/last-activity.ts'
import {getTime, parseTime, skewOf} from '../../../src/protocol/core/time.ts'
import {getVersion, parseVersion} from '../../../src/protocol/core/version.ts'
import {specOfFeature} from '../../../src/protocol/core/xep-features.ts'
import type {Element, Iq} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

/** XEP-0128 §2.1, example 1. */
const EXTENDED = el`
  <query xmlns='http://jabber.org/protocol/disco#info'>
    <identity category='server' type='im'/>
    <feature var='jabber:iq:time'/>
    <x xmlns='jabber:x:data' type='result'>
      <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/network/serverinfo</value></field>
      <field var='c2s_port'><value>5222</value></field>
      <field var='admin' label='Admins'><value>a@b</value><value>c@d</value></field>
    </x>
  </query>`

/** Answers with the payload, or rejects with the error. */
const answering = (answer: Element | Failure | undefined, sent: string[] = []): Iq => ({
  async get(payload, to, onSent) {
    sent.push(`${to} ${payload}`)
    onSent?.()
    if (answer instanceof Failure) throw answer
    return answer
  },
  set: () => assert.fail('only asks'),
})

const refusal = (condition: string): Failure => new Failure(condition, 'No', 69, {condition})

describe('the version of an entity (XEP-0092)', () => {
  it('is requested and parsed', async () => {
    const sent: string[] = []
    const answer = el`<query xmlns='jabber:iq:version'>
      <name>Exodus</name><version>0.7.0.4</version><os>Windows-XP 5.01.2600</os></query>`
    const version = await getVersion(answering(answer, sent), 'romeo@montague.net/orchard')
    assert.deepEqual(version, {name: 'Exodus', version: '0.7.0.4', os: 'Windows-XP 5.01.2600'})
    assert.deepEqual(sent, ['romeo@montague.net/orchard <query xmlns="jabber:iq:version"/>'])
  })

  it('may be incomplete', () => {
    assert.deepEqual(parseVersion(undefined), {name: null, version: null, os: null})
  })

  it('is unsupported (69), with the number of the XEP, and a hint for a bare JID', async () => {
    const iq = answering(refusal('service-unavailable'))
    await assert.rejects(getVersion(iq, 'a@b'), {
      code: 'unsupported',
      exitCode: 69,
      message: 'a@b is not available, or does not support software version (XEP-0092)',
      hint: 'Name a client of the user: a@b/RESOURCE',
    })
    await assert.rejects(getVersion(iq, 'b'), {
      message: 'b does not support software version (XEP-0092)',
      hint: undefined,
    })
  })

  it('is malformed (76) in another namespace', async () => {
    for (const answer of [undefined, el`<query xmlns='jabber:iq:last'/>`])
      await assert.rejects(getVersion(answering(answer), 'b'), {
        code: 'malformed-answer',
        exitCode: 76,
      })
  })

  it('is refused with the failure of other conditions', async () => {
    const failure = refusal('forbidden')
    await assert.rejects(getVersion(answering(failure), 'b'), failure)
  })
})

describe('the time of an entity (XEP-0202)', () => {
  const time = (utc: string, tzo = '-06:00'): Element =>
    el`<time xmlns='urn:xmpp:time'><tzo>${tzo}</tzo><utc>${utc}</utc></time>`

  it('is requested and compared', async () => {
    const now = '2106-12-19T17:58:35.000Z'
    const sent: string[] = []
    const {skew, tzo, utc} = await getTime(answering(time(now), sent), 'b')
    assert.deepEqual([utc, tzo, skew > 0], [now, '-06:00', true])
    assert.deepEqual(sent, ['b <time xmlns="urn:xmpp:time"/>'])
  })

  it('is parsed', () => {
    assert.deepEqual(parseTime(time('2006-12-19T17:58:35Z')), {
      utc: '2006-12-19T17:58:35.000Z',
      tzo: '-06:00',
      wholeSeconds: true,
    })
    assert.equal(parseTime(time('2006-12-19T17:58:35.5Z', 'CST'))?.tzo, '+00:00')
    assert.equal(parseTime(time('yesterday')), undefined)
  })

  it('is malformed (76) without a valid time', async () => {
    await assert.rejects(getTime(answering(time('yesterday')), 'b'), {code: 'malformed-answer'})
  })

  it('is compared with the interval of the request', () => {
    const skew = (utc: string): number => {
      const parsed = parseTime(time(utc))
      assert.ok(parsed)
      return skewOf(parsed, {sent: 10_500, received: 10_700})
    }
    assert.equal(skew('1970-01-01T00:00:10Z'), 0) // until 10.999
    assert.equal(skew('1970-01-01T00:00:10.6Z'), 0)
    assert.equal(skew('1970-01-01T00:00:10.4Z'), -100)
    assert.equal(skew('1970-01-01T00:00:09Z'), -500)
    assert.equal(skew('1970-01-01T00:00:12Z'), 1300)
  })
})

describe('the last activity of an entity (XEP-0012)', () => {
  it('is requested and parsed', async () => {
    const answer = el`<query xmlns='jabber:iq:last' seconds='903'>Heading Home</query>`
    const last = await getLastActivity(answering(answer), 'juliet@capulet.com')
    assert.deepEqual(last, {seconds: 903, status: 'Heading Home'})
  })

  it('is malformed (76) without a number of seconds', async () => {
    for (const seconds of ['', '-1', 'x', '1e3', '9'.repeat(11)])
      assert.equal(parseLast(el`<query xmlns='jabber:iq:last' seconds='${seconds}'/>`), undefined)
    const answer = el`<query xmlns='jabber:iq:last'/>`
    await assert.rejects(getLastActivity(answering(answer), 'b'), {code: 'malformed-answer'})
  })
})

describe('extended information (XEP-0128)', () => {
  it('has forms with the type that defines them', async () => {
    const fields = [
      {name: 'c2s_port', label: 'c2s_port', values: ['5222']},
      {name: 'admin', label: 'Admins', values: ['a@b', 'c@d']},
    ]
    const form = {type: 'http://jabber.org/network/serverinfo', fields}
    assert.deepEqual(parseDiscoForms(EXTENDED), [form])
    assert.deepEqual(await getExtendedInfo(answering(EXTENDED), 'b'), {
      identities: [{category: 'server', type: 'im', name: null}],
      features: ['jabber:iq:time'],
      forms: [form],
    })
  })
})

describe('specifications of features', () => {
  for (const [feature, spec] of Object.entries({
    'http://jabber.org/protocol/disco#info': 'XEP-0030',
    'http://jabber.org/protocol/pubsub#no-such-part': 'XEP-0060',
    'http://jabber.org/protocol/nick+notify': 'XEP-0172',
    'jabber:iq:version': 'XEP-0092',
    'urn:xmpp:mam:0': 'XEP-0313',
    'urn:xmpp:mam:2': 'XEP-0313',
    'vcard-temp': 'XEP-0054',
    'jabber:iq:roster': 'RFC 6121',
    muc_hidden: 'XEP-0045',
  }))
    it(`${feature}: ${spec}`, () => assert.equal(specOfFeature(feature).spec, spec))

  it('are null for an unknown feature', () => {
    for (const feature of ['', '#', 'constructor', 'urn:example:0'])
      assert.deepEqual(specOfFeature(feature), {feature, spec: null, title: null})
  })
})
