import assert from 'node:assert/strict'
import type {Failure} from '../../../src/errors.ts'
import {parsePortable, toJson, toXep0227} from '../../../src/protocol/roster/import-export.ts'
import type {Roster} from '../../../src/protocol/roster/roster.ts'

const roster: Roster = {
  contacts: [
    {
      jid: 'romeo@montague.example',
      name: 'Romeo & "co"',
      groups: ['<Enemies>', 'Friends'],
      subscription: 'both',
      pending: false,
      approved: false,
    },
    {
      jid: 'tybalt@capulet.example',
      name: null,
      groups: [],
      subscription: 'none',
      pending: true,
      approved: true,
    },
  ],
  version: '7',
}

const refused =
  (words: RegExp) =>
  ({exitCode, message}: Failure): boolean =>
    exitCode === 65 && words.test(message)

describe('XEP-0227: portable rosters', () => {
  it('has the same contacts after export and import as XML', () => {
    const text = toXep0227(roster, 'juliet@capulet.example/balcony')
    assert.match(
      text,
      /<host jid="capulet.example"><user name="juliet"><query xmlns="jabber:iq:roster"/,
    )
    const [romeo, tybalt] = roster.contacts
    const unset = {name: undefined, groups: undefined} // an item without them does not change them
    assert.deepEqual(parsePortable(text), [romeo, {...tybalt, ...unset}])
  })

  it('has the same contacts after export and import as JSON', () => {
    assert.deepEqual(parsePortable(toJson(roster)), roster.contacts)
  })

  it('reads a list of JIDs that a user wrote', () => {
    const contacts = parsePortable('[{"jid": "Romeo@Montague.example"}]')
    assert.deepEqual(
      contacts.map(({groups, jid, name, subscription}) => ({groups, jid, name, subscription})),
      [
        {
          jid: 'romeo@montague.example',
          name: undefined,
          groups: undefined,
          subscription: 'none',
        },
      ],
    )
  })

  it('distinguishes an absent key from one that removes a value', () => {
    const [contact] = parsePortable('[{"jid": "a@b.example", "name": null, "groups": []}]')
    assert.deepEqual([contact?.name, contact?.groups], [null, []])
  })

  it('takes the last of several contacts with one JID', () => {
    const contacts = parsePortable(
      '[{"jid": "a@b.example", "name": "A"}, {"jid": "c@b.example"}, {"jid": "A@b.example", "name": "B"}]',
    )
    assert.deepEqual(
      contacts.map(({jid, name}) => [jid, name]),
      [
        ['a@b.example', 'B'],
        ['c@b.example', undefined],
      ],
    )
  })

  it('names the contact and the key whose value is invalid', () => {
    const wrong: [key: string, value: unknown][] = [
      ['name', 5],
      ['groups', 'Friends'],
      ['groups', [1]],
      ['subscription', 'remove'],
      ['pending', 1],
      ['approved', 'true'],
    ]
    for (const [key, value] of wrong)
      assert.throws(
        () => parsePortable(JSON.stringify([{jid: 'a@b.example', [key]: value}])),
        refused(new RegExp(`^Contact 1 \\(a@b.example\\): "${key}" is not `)),
        key,
      )
  })

  it('refuses a text without a roster, and the rosters of several accounts', () => {
    assert.throws(() => parsePortable(''), refused(/neither JSON nor XML/))
    assert.throws(() => parsePortable('{"contacts": 1}'), refused(/contains no list of contacts/))
    assert.throws(() => parsePortable('[{"jid": 1}]'), refused(/Contact 1 is not/))
    assert.throws(
      () => parsePortable('[{"jid": "a@b.example"}, {"jid": "@"}]'),
      refused(/Contact 2:/),
    )
    assert.throws(() => parsePortable('<a><b></a>'), refused(/well-formed/))
    assert.throws(() => parsePortable('<a/>'), refused(/no roster/))
    const two = "<a><query xmlns='jabber:iq:roster'/><query xmlns='jabber:iq:roster'/></a>"
    assert.throws(() => parsePortable(two), refused(/rosters of 2 accounts/))
  })

  it('refuses XML entities, which could expand to a very long text', () => {
    const bomb =
      '<!DOCTYPE a [<!ENTITY b "bbbb">]><a><query xmlns="jabber:iq:roster"><item jid="a@&b;"/></query></a>'
    assert.throws(() => parsePortable(bomb), refused(/./))
  })
})
