import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import {sha1} from '../../../src/protocol/vcard/avatar.ts'
import {editVcard, replaceProperties} from '../../../src/protocol/vcard/edit.ts'
import {formatVcf} from '../../../src/protocol/vcard/format-vcf.ts'
import {toDataUri} from '../../../src/protocol/vcard/image.ts'
import type {Vcard} from '../../../src/protocol/vcard/vcard.ts'
import {getVcard, updateVcard} from '../../../src/protocol/vcard/vcard-store.ts'
import {parseVcf} from '../../../src/protocol/vcard/vcf.ts'
import type {Element, Iq} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const picture = {type: 'image/png', data: Buffer.from('\x89PNG\r\n\x1a\n and so on IEND', 'latin1')}
const photo = {value: toDataUri(picture), types: [], params: {}}

/** A server with separate stores, as ejabberd has them: nodes by name, and the vcard-temp. */
function server(four: string, temp: string) {
  const nodes = new Map<string, Element | undefined>()
  if (four)
    nodes.set(
      'urn:xmpp:vcard4',
      el`<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>${four}</vcard>`,
    )
  let old = el`<vCard xmlns='vcard-temp'>${temp}</vCard>`
  const published: string[] = []
  const iq: Iq = {
    async get(payload) {
      if (payload.is('vCard')) return old
      const node = payload.getChild('items')?.attrs.node
      const condition = 'item-not-found'
      if (!nodes.has(node)) throw new Failure(condition, 'No', 67, {condition, stage: 'request'})
      return el`<pubsub><items><item>${nodes.get(node)}</item></items></pubsub>`
    },
    async set(payload) {
      if (payload.is('vCard')) old = payload
      const publish = payload.getChild('publish')
      if (publish) nodes.set(publish.attrs.node, publish.getChild('item')?.getChildElements()[0])
      published.push(publish?.attrs.node ?? 'vcard-temp')
      return undefined
    },
  }
  return {
    iq,
    published,
    four: () => String(nodes.get('urn:xmpp:vcard4')),
    temp: () => String(old),
    metadata: () => String(nodes.get('urn:xmpp:avatar:metadata')),
  }
}

const unsupported = (): Failure => {
  const condition = 'service-unavailable'
  return new Failure(condition, 'No', 69, {condition, stage: 'request'})
}

describe('a vCard in two stores', () => {
  it('is merged: properties that the vCard4 lacks come from the vcard-temp', async () => {
    const {iq} = server('<fn><text>New</text></fn>', '<FN>Old</FN><TITLE>Pawn</TITLE>')
    const {source, vcard} = await getVcard(iq)
    assert.equal(source, 'vcard4')
    assert.deepEqual([vcard.fn?.[0]?.value, vcard.title?.[0]?.value], ['New', 'Pawn'])
  })

  it('keeps in each store the properties that are not named', async () => {
    const {four, iq, temp} = server(
      '<fn><text>New</text></fn><note><text>four</text></note>',
      '<FN>Old</FN><TITLE>Pawn</TITLE><DESC>temp</DESC>',
    )
    const {stores} = await updateVcard(iq, (vcard) => editVcard(vcard, ['role=Queen'], []))
    assert.deepEqual(stores, ['vcard4', 'vcard-temp'])
    assert.equal(
      four(),
      String(el`
        <vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>
          <fn><text>New</text></fn><note><text>four</text></note><role><text>Queen</text></role>
        </vcard>`),
    )
    assert.equal(
      temp(),
      String(el`
        <vCard xmlns='vcard-temp'>
          <FN>Old</FN><TITLE>Pawn</TITLE><DESC>temp</DESC><ROLE>Queen</ROLE>
        </vCard>`),
    )
  })

  it('is written only to the store that differs, and unset properties are removed from both', async () => {
    const {four, iq, temp} = server(
      '<fn><text>Alice</text></fn><title><text>Pawn</text></title>',
      '<FN>Somebody</FN><TITLE>King</TITLE>',
    )
    const once = await updateVcard(iq, (vcard) => editVcard(vcard, ['fn=Alice'], []))
    assert.deepEqual(once.stores, ['vcard-temp'])
    await updateVcard(iq, (vcard) => editVcard(vcard, [], ['title']))
    assert.doesNotMatch(four() + temp(), /title|TITLE|Somebody/)
  })

  it('gets a component added to the value of the other store', async () => {
    const {four, iq} = server(
      '<fn><text>Alice</text></fn>',
      '<N><FAMILY>Liddell</FAMILY><GIVEN>A</GIVEN></N>',
    )
    await updateVcard(iq, (vcard) => editVcard(vcard, ['n.given=Alice'], []))
    assert.match(four(), /<n><surname>Liddell<\/surname><given>Alice<\/given>/)
  })

  it('completes the update of a picture that only one store has', async () => {
    const setPhoto = (iq: Iq) => updateVcard(iq, (vcard) => ({...vcard, photo: [photo]}))
    const {iq, metadata, published} = server('<fn><text>A</text></fn>', '<FN>A</FN>')
    assert.deepEqual((await setPhoto(iq)).stores, ['avatar', 'vcard-temp'])
    const again = await setPhoto(iq)
    assert.deepEqual([again.stores, again.photoHash], [[], sha1(picture.data)])

    const half = server(
      '',
      `<FN>A</FN><PHOTO><BINVAL>${picture.data.toString('base64')}</BINVAL></PHOTO>`,
    )
    assert.deepEqual((await setPhoto(half.iq)).stores, ['avatar'])
    assert.equal(half.metadata(), metadata())
    assert.ok(!published.includes('urn:xmpp:vcard4'), 'every contact would be sent the picture')
  })

  it('loses the avatar with the picture, even if no vCard has the picture', async () => {
    const {iq, metadata} = server('', '<FN>A</FN>')
    await updateVcard(iq, (vcard) => ({...vcard, photo: [photo]}))
    await iq.set(el`<vCard xmlns='vcard-temp'><FN>A</FN></vCard>`)
    const {photoHash, stores} = await updateVcard(iq, (vcard) => editVcard(vcard, [], ['photo']))
    assert.deepEqual([stores, photoHash], [['avatar'], null])
    assert.equal(metadata(), '<metadata xmlns="urn:xmpp:avatar:metadata"/>')
  })

  it('is not changed by importing its own export', async () => {
    const base64 = picture.data.toString('base64')
    for (const [four, temp] of [
      ['<fn><text>New</text></fn>', '<FN>New</FN><TITLE>Pawn</TITLE>'],
      ['', '<N><FAMILY>L</FAMILY><MIDDLE>a,b</MIDDLE></N><NICKNAME>Jim,Jimmie</NICKNAME>'],
      ['', `<FN/><PHOTO><TYPE>image/png</TYPE><BINVAL>${base64}</BINVAL></PHOTO><LABEL/>`],
      [
        '',
        '<ORG><ORGNAME>A</ORGNAME><ORGUNIT>R;D</ORGUNIT></ORG><TEL><WORK/><NUMBER>+1 2</NUMBER></TEL>',
      ],
      [
        '<nickname><text>a,b</text></nickname><adr><street>a,b</street><street>c</street></adr>',
        '<NICKNAME>a,b</NICKNAME><ADR><STREET>a,b,c</STREET></ADR>',
      ],
    ] as const) {
      const {iq, published} = server(four, temp)
      const file = parseVcf(formatVcf((await getVcard(iq)).vcard))
      const asked = (vcard: Vcard): Vcard => vcard
      const edit = (vcard: Vcard): Vcard => replaceProperties(vcard, file)
      const {stores} = await updateVcard(iq, edit, {asked})
      assert.deepEqual([stores, published], [[], []], four + temp)
    }
  })

  it('keeps a different avatar if the file has the present photo', async () => {
    const {iq, metadata} = server('', '<FN>A</FN>')
    await updateVcard(iq, (vcard) => ({...vcard, photo: [photo]}))
    const before = metadata()
    const base64 = Buffer.from('\x89PNG\r\n\x1a\n another IEND', 'latin1').toString('base64')
    await iq.set(el`<vCard xmlns='vcard-temp'><PHOTO><BINVAL>${base64}</BINVAL></PHOTO></vCard>`)
    const file = parseVcf(formatVcf((await getVcard(iq)).vcard))
    const edit = (vcard: Vcard): Vcard => replaceProperties(vcard, file)
    const {stores} = await updateVcard(iq, edit, {asked: (vcard) => vcard})
    assert.deepEqual([stores, metadata()], [[], before])
  })

  it('names the properties that a server without vCard4 cannot store', async () => {
    const {iq} = server('', '<FN>A</FN>')
    const refusing: Iq = {
      get: (payload, to) => iq.get(payload, to),
      set: (payload, to) =>
        payload.is('pubsub') ? Promise.reject(unsupported()) : iq.set(payload, to),
    }
    const set = ['title=Pawn', 'gender.sex=F', 'x-colour=blue']
    const {notKept, stores} = await updateVcard(refusing, (vcard) => editVcard(vcard, set, []))
    assert.deepEqual([stores, notKept.sort()], [['vcard-temp'], ['gender', 'x-colour']])
  })
})
