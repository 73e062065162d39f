import assert from 'node:assert/strict'
import type {Failure} from '../../../src/errors.ts'
import {pushedItem, trackRoster} from '../../../src/protocol/roster/live-roster.ts'
import {asRoster, buildContact, parseRoster} from '../../../src/protocol/roster/roster.ts'
import {upsertContact} from '../../../src/protocol/roster/update-contact.ts'
import type {Element, IqHandler, StanzaChannel} from '../../../src/xml.ts'
import {el, iqRequest} from '../../support/xml.ts'

describe('RFC 6121 §2: roster', () => {
  it('reads contacts, sorted by JID', () => {
    const roster = parseRoster(el`
      <query xmlns='jabber:iq:roster' ver='ver11'>
        <item jid='romeo@example.net' name='Romeo' subscription='both'>
          <group>Friends</group>
        </item>
        <item jid='mercutio@example.com' subscription='from' ask='subscribe'/>
        <item jid='benvolio@example.net' approved='true'/>
      </query>`)
    assert.equal(roster.version, 'ver11')
    assert.deepEqual(roster.contacts, [
      {
        jid: 'benvolio@example.net',
        name: null,
        groups: [],
        subscription: 'none',
        pending: false,
        approved: true,
      },
      {
        jid: 'mercutio@example.com',
        name: null,
        groups: [],
        subscription: 'from',
        pending: true,
        approved: false,
      },
      {
        jid: 'romeo@example.net',
        name: 'Romeo',
        groups: ['Friends'],
        subscription: 'both',
        pending: false,
        approved: false,
      },
    ])
  })

  it('treats values that the RFC does not define as absent', () => {
    const {contacts} = parseRoster(el`
      <query xmlns='jabber:iq:roster'>
        <item name='nobody'/>
        <item jid='a@example.com' subscription='rEmOvE' name=''>
          <group/><group>G</group><group>G</group>
        </item>
      </query>`)
    assert.deepEqual(
      contacts.map(({groups, jid, name, subscription}) => ({groups, jid, name, subscription})),
      [{jid: 'a@example.com', name: null, groups: ['G'], subscription: 'none'}],
    )
  })

  it('writes a contact', () => {
    const contact = {jid: 'nurse@example.com', name: 'Nurse', groups: ['Servants']}
    assert.equal(
      String(buildContact(contact)),
      String(el`
        <query xmlns='jabber:iq:roster'>
          <item jid='nurse@example.com' name='Nurse'><group>Servants</group></item>
        </query>`),
    )
    assert.throws(
      () => buildContact({...contact, name: '\u{1b}[31m'}),
      ({exitCode}: Failure) => exitCode === 65,
    )
  })
})

describe('RFC 6121 §2.1.6: roster push', () => {
  const push = (attributes: string, items = "<item jid='a@example.com'/>"): Element =>
    el`<iq id='p' ${attributes}><query xmlns='jabber:iq:roster'>${items}</query></iq>`
  const own = 'juliet@example.com'

  it('is accepted from the own account and its server only', () => {
    assert.ok(pushedItem(push("type='set'"), own))
    assert.ok(pushedItem(push(`type='set' from='${own}'`), own))
    for (const from of [
      'mallory@example.org',
      'example.com',
      `${own}/balcony`,
      'juliet@example.co',
    ])
      assert.equal(pushedItem(push(`type='set' from='${from}'`), own), undefined, from)
    assert.equal(pushedItem(push(`type='set' from='${own}'`), undefined), undefined)
  })

  it('has exactly one contact, and type set', () => {
    assert.equal(pushedItem(push("type='get'"), own), undefined)
    assert.equal(pushedItem(push("type='set'", ''), own), undefined)
    assert.equal(pushedItem(push("type='set'", '<item/>'), own), undefined)
    const two = "<item jid='a@example.com'/><item jid='b@example.com'/>"
    assert.equal(pushedItem(push("type='set'", two), own), undefined)
  })
})

/** A server with one contact, which records the changes; and a function that sends a push. */
function server() {
  const sets: string[] = []
  let handler: IqHandler = () => undefined
  const stanzas = {
    get: async () => el`
      <query xmlns='jabber:iq:roster' ver='1'>
        <item jid='a@example.com' name='A' subscription='to'><group>G</group></item>
      </query>`,
    set: async (payload: Element) => {
      sets.push(String(payload))
      return undefined
    },
    iqCallee: {
      set: (_namespace: string, _name: string, registered: IqHandler) => {
        handler = registered
      },
    },
  } as unknown as StanzaChannel
  return {stanzas, sets, push: (request: Element) => handler(iqRequest(request))}
}

describe('the roster as it changes', () => {
  const self = Promise.resolve({jid: 'juliet@example.com/balcony'})

  it('applies pushes and confirms them', async () => {
    const {push, stanzas} = server()
    const roster = await trackRoster(stanzas, self)
    const reply = push(el`
      <iq type='set' id='p1'>
        <query xmlns='jabber:iq:roster' ver='2'><item jid='b@example.com' ask='subscribe'/></query>
      </iq>`)
    assert.equal(reply, true)
    assert.equal(roster.contact('b@example.com')?.pending, true)
    assert.equal(roster.pushes('b@example.com'), 1)
    assert.equal(roster.roster().version, '2')

    push(el`
      <iq type='set' id='p2'>
        <query xmlns='jabber:iq:roster'><item jid='a@example.com' subscription='remove'/></query>
      </iq>`)
    assert.deepEqual(
      roster.roster().contacts.map(({jid}) => jid),
      ['b@example.com'],
    )
  })

  it('ignores a push from another address', async () => {
    const {push, stanzas} = server()
    const roster = await trackRoster(stanzas, self)
    const forged = el`
      <iq type='set' id='p' from='mallory@example.org'>
        <query xmlns='jabber:iq:roster'><item jid='mallory@example.org' subscription='both'/></query>
      </iq>`
    assert.equal(push(forged), undefined)
    assert.equal(roster.contact('mallory@example.org'), undefined)
  })

  it('sends only changes', async () => {
    const {sets, stanzas} = server()
    const roster = await trackRoster(stanzas, self)
    const same = await upsertContact(stanzas, roster, {jid: 'a@example.com', groups: ['G']})
    assert.equal(same.state, 'unchanged')
    assert.deepEqual(sets, [])

    const renamed = await upsertContact(stanzas, roster, {jid: 'a@example.com', name: 'Two\nlines'})
    assert.equal(renamed.state, 'edited')
    assert.deepEqual([renamed.name, renamed.groups], ['Two lines', ['G']])
    assert.match(sets[0] ?? '', /name="Two lines".*<group>G<\/group>/)

    assert.equal((await upsertContact(stanzas, roster, {jid: 'c@example.com'})).state, 'added')
  })
})

describe('RFC 6121 §2.6: roster versions', () => {
  const known = {
    contacts: parseRoster(el`
      <query xmlns='jabber:iq:roster'>
        <item jid='a@example.com' name='A'/><item jid='b@example.com'/>
      </query>`).contacts,
    version: '7',
  }
  const self = Promise.resolve({jid: 'juliet@example.com/balcony'})

  /** Answers with the roster, or with an empty result and pushes. */
  function versioned(answer: Element | undefined, changes: Element[] = []) {
    const requests: string[] = []
    let handler: IqHandler = () => undefined
    const stanzas = {
      async get(payload: Element) {
        requests.push(String(payload))
        if (!payload.is('ping')) return answer
        for (const change of changes) void handler(iqRequest(change))
        return undefined
      },
      iqCallee: {
        set: (_namespace: string, _name: string, registered: IqHandler) => {
          handler = registered
        },
      },
    } as unknown as StanzaChannel
    return {requests, stanzas}
  }

  it('an empty answer means the known roster, with the pushes that follow', async () => {
    const {requests, stanzas} = versioned(undefined, [
      el`
        <iq type='set' id='p'>
          <query xmlns='jabber:iq:roster' ver='8'><item jid='b@example.com' subscription='remove'/></query>
        </iq>`,
    ])
    const roster = (await trackRoster(stanzas, self, known)).roster()
    assert.match(requests[0] ?? '', /ver="7"/)
    assert.equal(roster.version, '8')
    assert.deepEqual(
      roster.contacts.map(({jid}) => jid),
      ['a@example.com'],
    )
  })

  it('a full answer replaces the known roster', async () => {
    const {stanzas} = versioned(
      el`<query xmlns='jabber:iq:roster' ver='9'><item jid='c@example.com'/></query>`,
    )
    const roster = (await trackRoster(stanzas, self, known)).roster()
    assert.equal(roster.version, '9')
    assert.deepEqual(
      roster.contacts.map(({jid}) => jid),
      ['c@example.com'],
    )
  })

  it('an invalid value from the cache of an earlier run is not used', () => {
    for (const value of [undefined, null, 7, {contacts: {}}, {contacts: [], version: null}])
      assert.equal(asRoster(value), undefined)
    const [contact] = known.contacts
    const wrong = {
      jid: 1,
      name: 1,
      groups: ['G', 1],
      subscription: 'all',
      pending: 1,
      approved: null,
    }
    for (const damaged of [
      null,
      7,
      {},
      ...Object.entries(wrong).map(([key, value]) => ({...contact, [key]: value})),
    ])
      assert.equal(asRoster({...known, contacts: [contact, damaged]}), undefined)
    assert.deepEqual(asRoster(known), known)
  })
})
