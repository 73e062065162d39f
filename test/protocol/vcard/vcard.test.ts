import assert from 'node:assert/strict'
import type {Failure} from '../../../src/errors.ts'
import {editVcard} from '../../../src/protocol/vcard/edit.ts'
import {formatVcf} from '../../../src/protocol/vcard/format-vcf.ts'
import type {Vcard, VcardValue} from '../../../src/protocol/vcard/vcard.ts'
import {buildVcardTemp, parseVcardTemp} from '../../../src/protocol/vcard/vcard-temp.ts'
import {buildVcard4, parseVcard4} from '../../../src/protocol/vcard/vcard4.ts'
import {parseVcf} from '../../../src/protocol/vcard/vcf.ts'
import {el} from '../../support/xml.ts'

const one = (
  value: VcardValue['value'],
  types: string[] = [],
  params: Record<string, string> = {},
): VcardValue => ({value, types, params})

/** The same person, for each of the formats. */
const peter: Vcard = {
  fn: [one('Peter Saint-Andre')],
  n: [one({surname: 'Saint-Andre', given: 'Peter'})],
  email: [one('psaintan@cisco.com', ['work'])],
  tel: [one('tel:+1-303-308-3282', ['work', 'voice'])],
  url: [one('https://stpeter.im/')],
  adr: [one({ext: 'Suite 600', street: '1899 Wynkoop Street', locality: 'Denver'}, ['work'])],
  org: [one({name: 'XMPP Standards Foundation', unit: 'Council;Board'})],
  note: [one('More, or; less\nthan that')],
}

const usage = ({exitCode}: Failure): boolean => exitCode === 2
const malformed = ({exitCode}: Failure): boolean => exitCode === 65

describe('XEP-0292: vCard4', () => {
  const element = el`
    <vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>
      <fn><text>Peter Saint-Andre</text></fn>
      <n><surname>Saint-Andre</surname><given>Peter</given><additional/></n>
      <gender><sex>M</sex></gender>
      <lang><parameters><pref><integer>1</integer></pref></parameters><language-tag>en</language-tag></lang>
      <group name='home'>
        <email><parameters><type><text>HOME</text></type></parameters><text>a@example.com</text></email>
      </group>
      <foo xmlns='urn:example:unknown'>kept</foo>
    </vcard>`

  it('is parsed with parameters and groups', () => {
    assert.deepEqual(parseVcard4(element), {
      fn: [one('Peter Saint-Andre')],
      n: [one({surname: 'Saint-Andre', given: 'Peter'})],
      gender: [one({sex: 'M'})],
      lang: [one('en', [], {pref: '1'})],
      email: [{...one('a@example.com', ['home']), group: 'home'}],
    })
  })

  it('is parsed with any names of properties', () => {
    const hostile = ['constructor', '__proto__', 'toString', 'valueOf', 'hasownproperty']
    const children = hostile.map((name) => `<${name}><text>x</text></${name}>`).join('')
    const vcard = parseVcard4(
      el`<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>${children}</vcard>`,
    )
    assert.deepEqual(Object.keys(vcard), ['constructor', 'hasownproperty'])
    assert.deepEqual(parseVcardTemp(el`<vCard xmlns='vcard-temp'>${children}</vCard>`), {})
    assert.throws(() => editVcard({}, ['constructor=x'], []), usage)
    const text = formatVcf(vcard)
    assert.deepEqual(Object.keys(parseVcf(text)), ['constructor', 'hasownproperty'])
  })

  it('is unchanged after building and parsing', () => {
    assert.deepEqual(parseVcard4(buildVcard4(peter)), peter)
  })

  it('keeps the elements that are not changed as they are', () => {
    const changed = buildVcard4({fn: [one('Peter')]}, element, new Set(['fn', 'email']))
    assert.match(String(changed), /<foo xmlns="urn:example:unknown">kept<\/foo>/)
    assert.match(String(changed), /<pref><integer>1<\/integer><\/pref>/)
    assert.doesNotMatch(String(changed), /group|example\.com|Saint-Andre<\/text>/)
    assert.deepEqual(parseVcard4(changed).fn, [one('Peter')])
  })
})

describe('XEP-0054: vcard-temp', () => {
  const element = el`
    <vCard xmlns='vcard-temp'>
      <FN>Peter Saint-Andre</FN>
      <N><FAMILY>Saint-Andre</FAMILY><GIVEN>Peter</GIVEN><MIDDLE/></N>
      <TEL><WORK/><VOICE/><NUMBER>303-308-3282</NUMBER></TEL>
      <TEL><WORK/><FAX/><NUMBER/></TEL>
      <EMAIL><INTERNET/><PREF/><USERID>stpeter@jabber.org</USERID></EMAIL>
      <JABBERID>stpeter@jabber.org</JABBERID>
      <DESC>Check out my blog</DESC>
      <PHOTO><TYPE>image/jpeg</TYPE><BINVAL>
        AAEC
        AwQF
      </BINVAL></PHOTO>
      <X-UNKNOWN>kept</X-UNKNOWN>
    </vCard>`

  it('is parsed to the structure of a vCard4', () => {
    assert.deepEqual(parseVcardTemp(element), {
      fn: [one('Peter Saint-Andre')],
      n: [one({surname: 'Saint-Andre', given: 'Peter'})],
      tel: [one('303-308-3282', ['work', 'voice'])],
      email: [one('stpeter@jabber.org', ['internet'], {pref: '1'})],
      impp: [one('xmpp:stpeter@jabber.org')],
      note: [one('Check out my blog')],
      photo: [one('data:image/jpeg;base64,AAECAwQF')],
    })
  })

  it('is unchanged after building and parsing, except for telephone URIs', () => {
    const names = new Set(Object.keys(peter))
    const tel = [one('+1-303-308-3282', ['work', 'voice'])]
    assert.deepEqual(parseVcardTemp(buildVcardTemp(peter, undefined, names)), {...peter, tel})
  })

  it('keeps the elements that are not changed', () => {
    const changed = buildVcardTemp({}, element, new Set(['note', 'photo', 'tel']))
    assert.match(String(changed), /<X-UNKNOWN>kept<\/X-UNKNOWN>/)
    assert.match(String(changed), /<JABBERID>/)
    assert.doesNotMatch(String(changed), /DESC|PHOTO|TEL/)
  })
})

describe('RFC 6350: .vcf files', () => {
  it('are unchanged after formatting and parsing', () => {
    assert.deepEqual(parseVcf(formatVcf(peter)), peter)
  })

  it('keep a name that ends with a backslash', () => {
    const {n} = parseVcf('BEGIN:VCARD\nN:Saint-André\\\nEND:VCARD')
    assert.deepEqual(n?.[0]?.value, {surname: 'Saint-André\\'})
  })

  it('escape separators, and have lines of 75 octets at most', () => {
    const text = formatVcf({note: [one(`${'ä'.repeat(100)}, and; more\nlines`)]})
    assert.match(text, /^BEGIN:VCARD\r\nVERSION:4\.0\r\nFN:\r\n/)
    for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line)
    assert.match(text.replaceAll('\r\n ', ''), /\\, and\\; more\\nlines/)
  })

  it('are read from other address books, also in version 3', () => {
    const vcard = parseVcf(
      [
        '\u{feff}BEGIN:VCARD',
        'VERSION:3.0',
        'FN;CHARSET=UTF-8:Juliet',
        'item1.EMAIL;INTERNET;type=HOME;type="work,pref":juliet@example.com',
        'TEL;VALUE=uri;TYPE="voice,home":tel:+1-555',
        'PHOTO;ENCODING=b;TYPE=JPEG:AAEC',
        ' AwQF',
        'X-ABLabel;PARAM="a:b^nc":x',
        'END:VCARD',
        '',
      ].join('\n'),
    )
    assert.deepEqual(vcard, {
      fn: [one('Juliet')],
      email: [
        {...one('juliet@example.com', ['internet', 'home', 'work'], {pref: '1'}), group: 'item1'},
      ],
      tel: [one('tel:+1-555', ['voice', 'home'])],
      photo: [one('data:image/jpeg;base64,AAECAwQF')],
      'x-ablabel': [one('x', [], {param: 'a:b\nc'})],
    })
  })

  it('of version 2.1 are decoded and unfolded', () => {
    const vcard = parseVcf(
      [
        'BEGIN:VCARD',
        'VERSION:2.1',
        'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller=3B;J=C3=B6rg',
        'FN;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=F6rg =',
        ' M=FCller',
        'NOTE;QUOTED-PRINTABLE:one=0D=0Atwo=2C =3D and=',
        '=20three',
        'PHOTO;JPEG;BASE64:AAEC',
        ' AwQF',
        'TEL;PREF;CELL:+1',
        'TITLE;ENCODING=QUOTED-PRINTABLE;CHARSET=X-KLINGON:=41',
        'END:VCARD',
      ].join('\r\n'),
    )
    assert.deepEqual(vcard, {
      n: [one({surname: 'Müller;', given: 'Jörg'})],
      fn: [one('Jörg  Müller')],
      note: [one('one\ntwo, = and three')],
      photo: [one('data:image/jpeg;base64,AAECAwQF')],
      tel: [one('+1', ['cell'], {pref: '1'})],
    })
  })

  it('keep several values apart, in all formats', () => {
    const vcard = parseVcf(
      [
        'BEGIN:VCARD',
        'N:Stevenson;John;Philip,Paul;Dr.;Jr.,M.D.',
        'NICKNAME:Jim,Jimmie\\, the first',
        'CATEGORIES:a,b',
        'NOTE:x\\,y',
        'END:VCARD',
      ].join('\n'),
    )
    const n = {
      surname: 'Stevenson',
      given: 'John',
      additional: 'Philip,Paul',
      prefix: 'Dr.',
      suffix: 'Jr.,M.D.',
    }
    const expected = {
      n: [one(n)],
      nickname: [one('Jim'), one('Jimmie, the first')],
      categories: [one('a'), one('b')],
      note: [one('x,y')],
    }
    assert.deepEqual(vcard, expected)
    assert.match(formatVcf(vcard), /^N:Stevenson;John;Philip,Paul;Dr\.;Jr\.,M\.D\.\r$/m)
    const {fn: _, ...again} = parseVcf(formatVcf(vcard))
    assert.deepEqual(again, expected)
    const four = buildVcard4(vcard)
    assert.match(String(four), /<additional>Philip<\/additional><additional>Paul<\/additional>/)
    assert.deepEqual(parseVcard4(four), expected)
    const temp = buildVcardTemp(vcard, undefined, new Set(Object.keys(vcard)))
    assert.match(String(temp), /<KEYWORD>a<\/KEYWORD><KEYWORD>b<\/KEYWORD><\/CATEGORIES>/)
    assert.deepEqual(parseVcardTemp(temp), expected)
  })

  it('of version 3 have a position of two numbers', () => {
    const {geo} = parseVcf('BEGIN:VCARD\nGEO:37.386013;-122.082932\nEND:VCARD')
    assert.deepEqual(geo, [one('geo:37.386013,-122.082932')])
  })

  it('report the lines that are lost', () => {
    const lost: string[] = []
    const lines = ['1X:b', 'TITLE;QUOTED-PRINTABLE;CHARSET=X-KLINGON:=41', 'ROLE:']
    parseVcf(`BEGIN:VCARD\n${lines.join('\n')}\nEND:VCARD`, (line) => lost.push(line))
    assert.deepEqual(lost, lines.slice(0, 2)) // the third line is empty
  })

  it('refuse or drop characters and names that XML forbids', () => {
    const vcard = parseVcf('BEGIN:VCARD\nFN;<x/>=1;lang=de:a\n1X:b\nEND:VCARD')
    assert.deepEqual(vcard, {fn: [one('a', [], {lang: 'de'})]})
    assert.throws(() => parseVcf('BEGIN:VCARD\nFN:\u0001\nEND:VCARD'), malformed)
  })

  it('have exactly one complete vCard (65)', () => {
    const whole = 'BEGIN:VCARD\nFN:a\nEND:VCARD\n'
    for (const text of ['', 'FN:a', 'BEGIN:VCARD\nFN:a', whole + whole, whole.replace(':a', '')])
      assert.throws(() => parseVcf(text), malformed, text)
  })
})

describe('KEY=VALUE on a vCard', () => {
  const vcard: Vcard = {
    fn: [one('A')],
    email: [one('w@example.com', ['work']), one('h@example.com', ['home'])],
    adr: [one({locality: 'Oxford', country: 'GB'}, ['home'])],
  }

  it('replaces the named values, and keeps the rest', () => {
    assert.deepEqual(editVcard(vcard, ['fn=B', 'email:work=new@example.com'], []), {
      ...vcard,
      fn: [one('B')],
      email: [one('h@example.com', ['home']), one('new@example.com', ['work'])],
    })
    assert.deepEqual(vcard.fn, [one('A')])
  })

  it('takes a repeated key as two values', () => {
    const {email} = editVcard(vcard, ['email=a@example.com', 'email=b=c@example.com'], [])
    assert.deepEqual(email, [one('a@example.com'), one('b=c@example.com')])
  })

  it('changes components one by one', () => {
    const {adr, n} = editVcard(vcard, ['adr.street=Broad', 'n.given=Alice', 'adr.country='], [])
    assert.deepEqual(adr, [one({locality: 'Oxford', street: 'Broad'}, ['home'])])
    assert.deepEqual(n, [one({given: 'Alice'})])
  })

  it('removes the unset values', () => {
    const edited = editVcard(vcard, [], ['email:home', 'adr.country', 'adr.locality', 'tel'])
    assert.deepEqual(edited, {fn: vcard.fn, email: [one('w@example.com', ['work'])]})
  })

  it('converts an international telephone number to a URI', () => {
    const {tel} = editVcard({}, ['tel=+44 20 7946 0000', 'tel=extension 12'], [])
    assert.deepEqual(tel, [one('tel:+44-20-7946-0000'), one('extension 12')])
  })

  it('refuses unknown properties, and suggests a similar one', () => {
    const hint = (word: string): string => {
      try {
        editVcard({}, [word], [])
      } catch (error) {
        return (error as Failure).hint ?? ''
      }
      return 'taken'
    }
    assert.match(hint('emial=x'), /^Did you mean email\?/)
    assert.match(hint('favouritecolour=x'), /x-/)
    assert.equal(hint('x-colour=blue'), 'taken')
    assert.deepEqual(editVcard({emial: [one('x')]}, [], ['emial']), {})
    const {categories} = editVcard({}, ['categories=a,b'], [])
    assert.deepEqual(categories, [one('a'), one('b')])
  })

  it('refuses invalid keys (2)', () => {
    for (const key of ['fn', '=x', 'n=x', 'n.x=x', 'fn.given=x', 'a b=x'])
      assert.throws(() => editVcard({}, [key], []), usage, key)
    assert.throws(() => editVcard({}, ['fn=\u0000'], []), malformed)
  })
})
