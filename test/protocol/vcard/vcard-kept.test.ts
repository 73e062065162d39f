import assert from 'node:assert/strict'
import type {Failure} from '../../../src/errors.ts'
import {editVcard, replaceProperties} from '../../../src/protocol/vcard/edit.ts'
import {formatVcf} from '../../../src/protocol/vcard/format-vcf.ts'
import type {Vcard} from '../../../src/protocol/vcard/vcard.ts'
import {buildVcard4, parseVcard4} from '../../../src/protocol/vcard/vcard4.ts'
import {parseVcf} from '../../../src/protocol/vcard/vcf.ts'
import {decodeVcf} from '../../../src/protocol/vcard/vcf-lines.ts'
import {el} from '../../support/xml.ts'

const file = (...lines: string[]): string =>
  ['BEGIN:VCARD', 'VERSION:4.0', ...lines, 'END:VCARD', ''].join('\r\n')

const textOf = (vcard: Vcard, name: string): unknown => vcard[name]?.[0]?.value

describe('a vCard that is converted between both formats keeps', () => {
  for (const line of [
    'item1.TEL:+111',
    'item1.X-ABLabel:Boat',
    'ADR;LABEL="1 Main St, Rear":;;1 Main St;;;;',
    'ADR;TYPE=home:;;1 Main St,Rear house;Oxford\\, North;;;',
    'ORG:Acme;R\\;D',
    'ORG:Acme\\;Sons;R;D\\\\E',
    'ORG:Acme;R\\;',
    'ORG:Acme;C:\\\\',
    'ORG:Acme;C:\\\\;D',
    'N:Stevenson;John;Philip,Paul;Dr.;Jr.,M.D.',
    'N:Smith\\, Jr.;A\\,B;C\\\\,D;;',
    'NICKNAME:Jimmie\\,the first',
    'NOTE;X-P="a;b:c^nd",e:x',
    'TEL;TYPE=work,voice;VALUE=uri:tel:+1;ext=5',
    'IMPP:xmpp:d\\27artagnan@musketeers.example',
    'BDAY;VALUE=text:circa 1800',
    'BDAY:19531015T231000Z',
    'GENDER:O;it\\;s complicated',
    'X-COLOUR;LANGUAGE=en;PREF=1:blue\\, dark',
  ]) {
    it(line, () => {
      const vcard = parseVcf(file('FN:A', line), (lost) => assert.fail(lost))
      const expected = file('FN:A', line.replace('"a;b:c^nd",e', '"a;b:c^nd,e"'))
      assert.equal(formatVcf(vcard), expected)
      assert.equal(formatVcf(parseVcard4(buildVcard4(vcard))), expected)
    })
  }

  it('no name if it had none', () => {
    const vcard = parseVcf(file('TITLE:Pawn'))
    assert.deepEqual(Object.keys(vcard), ['title'])
    assert.deepEqual(parseVcf(formatVcf(vcard)), vcard)
  })

  it('the groups in XML, also if a value in them changes', () => {
    const element = el`
      <vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>
        <group name='item1'><tel><text>+1</text></tel><x-ablabel><text>Boat</text></x-ablabel></group>
        <title><text>Pawn</text></title>
      </vcard>`
    const vcard = parseVcard4(element)
    const tel = (vcard.tel ?? []).map((value) => ({...value, value: '+2'}))
    const built = buildVcard4({...vcard, tel}, element, new Set(['tel']))
    assert.equal(
      String(built),
      String(el`
        <vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>
          <group name='item1'><x-ablabel><text>Boat</text></x-ablabel><tel><text>+2</text></tel></group>
          <title><text>Pawn</text></title>
        </vcard>`),
    )
  })

  it('no group or parameter that would add lines to a file', () => {
    const tel =
      '<tel><parameters><a:b xmlns:a="x"><text>c</text></a:b></parameters><text>+1</text></tel>'
    const vcard = parseVcard4(
      el`<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'><group name='a:b&#10;FN'>${tel}</group></vcard>`,
    )
    assert.deepEqual(vcard.tel, [{value: '+1', types: [], params: {}}])
  })

  it('no empty picture', () => {
    for (const line of ['PHOTO:', 'PHOTO;ENCODING=b;TYPE=JPEG:', 'PHOTO:data:image/png;base64,'])
      assert.deepEqual(parseVcf(file('FN:A', line)).photo, undefined, line)
  })
})

describe('a .vcf file of version 2.1', () => {
  const bytes = (...lines: string[]): Buffer => Buffer.from(file(...lines), 'latin1')

  it('is decoded with the charset of each line', () => {
    const text = decodeVcf(
      bytes('FN;CHARSET=ISO-8859-1:J\xf6rg', 'NOTE:\xc3\r\n \xa4', 'TITLE;CHARSET=UTF-8:\xc3\xb6'),
      'the file',
    )
    const vcard = parseVcf(text)
    assert.deepEqual(
      ['fn', 'note', 'title'].map((name) => textOf(vcard, name)),
      ['Jörg', 'ä', 'ö'],
    )
  })

  it('is refused if the charset is missing or unknown (65)', () => {
    const refused = ({code, exitCode}: Failure): boolean => code === 'not-utf8' && exitCode === 65
    assert.throws(() => decodeVcf(bytes('FN:Sch\xf6n'), 'the file'), refused)
    assert.throws(() => decodeVcf(bytes('FN;CHARSET=X-KLINGON:Sch\xf6n'), 'the file'), refused)
  })

  it('reports the lines that lose a part', () => {
    const lost: string[] = []
    const lines = ['NOTE;ENCODING=QUOTED-PRINTABLE:=F6', 'N:a;b;c;d;e;more', 'CLIENTPIDMAP:1;urn:x']
    const {n} = parseVcf(file(...lines), (line) => lost.push(line))
    assert.deepEqual(lost, lines)
    assert.deepEqual(n?.[0]?.value, {
      surname: 'a',
      given: 'b',
      additional: 'c',
      prefix: 'd',
      suffix: 'e',
    })
  })
})

describe('groups of a vCard that is edited', () => {
  const labelled = (group: string, number: string, label: string): string[] => [
    `${group}.TEL:${number}`,
    `${group}.X-ABLabel:${label}`,
  ]
  const boat = parseVcf(file('FN:A', ...labelled('item1', '+1', 'Boat')))

  it('a label is removed with its property', () => {
    assert.deepEqual(Object.keys(editVcard(boat, [], ['tel'])), ['fn'])
    assert.deepEqual(editVcard(boat, ['title=Pawn'], [])['x-ablabel'], boat['x-ablabel'])
  })

  it('the properties of a file get groups that are not in use', () => {
    const before = parseVcf(file('item1.URL:https://a.example', 'item1.X-ABLabel:Blog'))
    const after = replaceProperties(before, boat)
    assert.deepEqual(formatVcf(after).split('\r\n').slice(2, -2), [
      'FN:A',
      'item1.URL:https://a.example',
      'item2.TEL:+1',
      'item1.X-ABLabel:Blog',
      'item2.X-ABLabel:Boat',
    ])
    assert.deepEqual(replaceProperties(after, boat), after)
  })

  it('a group with a large number gets the next one too', () => {
    const group = `item${2 ** 53}`
    const before = parseVcf(file(`${group}.URL:https://a.example`, `${group}.X-ABLabel:Blog`))
    const {tel} = replaceProperties(before, parseVcf(file(...labelled(group, '+1', 'Boat'))))
    assert.equal(tel?.[0]?.group, 'item9007199254740993')
  })

  it('a structured property can be removed as a whole', () => {
    const vcard = parseVcf(file('N:a;b;;;', 'ADR;TYPE=home:;;s;;;;', 'ADR;TYPE=work:;;t;;;;'))
    assert.deepEqual(Object.keys(editVcard(vcard, [], ['n', 'adr:home'])), ['adr'])
    assert.deepEqual(Object.keys(editVcard(vcard, ['n='], ['adr'])), [])
  })
})
