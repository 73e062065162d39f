import assert from 'node:assert/strict'
import {matchesJid, preparedJid, sameJid} from '../src/jid-comparison.ts'

describe('sameJid', () => {
  it('accepts two spellings of one address', () =>
    assert.ok(sameJid('A@Example.com', 'a@example.COM.')))
  it('distinguishes resources, also by case', () => assert.ok(!sameJid('a@b/C', 'a@b/c')))
  it('distinguishes a bare JID from a full one', () => assert.ok(!sameJid('a@b', 'a@b/c')))
  it('compares invalid JIDs as texts', () => {
    assert.ok(sameJid('a b@c', 'a b@c'))
    assert.ok(!sameJid('a b@c', 'A b@c'))
    assert.ok(!sameJid('', 'a@b'))
  })
})

describe('preparedJid', () => {
  const prepared: [jid: string, prepared: string][] = [
    ['Juliet@Example.COM./Balcony', 'juliet@example.com/Balcony'],
    ['Fuß@Straße.example', 'fuss@strasse.example'],
    ['a@xn--strae-oqa.example', 'a@strasse.example'],
    ['ὈΔΥΣΣΕΎΣ@example.gr', 'ὀδυσσεύσ@example.gr'],
    ['ὀδυσσεύς@example.gr', 'ὀδυσσεύσ@example.gr'],
    ['ﬁ½ſＡ@b', 'fi1⁄2sa@b'],
    ['soft\u{ad}hyphen@b/1\u{200d}2\u{fe0f}\u{a0}3', 'softhyphen@b/12 3'],
    ['a@b/ẞﬁ', 'a@b/ẞfi'],
    // RFC 3454 maps it to nothing else.
    ['admın@b', 'admın@b'],
    // None of these is a JID.
    ['Foo@Bar.org:5222', 'foo@bar.org:5222'],
    ['a@@B', 'a@@b'],
    ['', ''],
  ]
  for (const [jid, expected] of prepared)
    it(`is ${expected} of ${jid}`, () => assert.equal(preparedJid(jid), expected))
})

describe('matchesJid', () => {
  it('accepts an address as servers prepare it', () => {
    assert.ok(matchesJid('fuss@strasse.example', 'fuß@straße.example'))
    assert.ok(matchesJid('FUSS@strasse.example', 'fuß@straße.example'))
    assert.ok(matchesJid('fuß@straße.example', 'Fuß@xn--strae-oqa.example'))
  })
  it('does not accept another address with the same prepared form', () => {
    assert.ok(!matchesJid('fuß@example.com', 'fuss@example.com'))
    assert.ok(!matchesJid('a@straße.example', 'a@strasse.example'))
    assert.ok(!matchesJid('admın@example.com', 'admin@example.com'))
  })
})
