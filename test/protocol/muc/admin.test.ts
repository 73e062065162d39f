import assert from 'node:assert/strict'
import {getMembers, kick, setAffiliation} from '../../../src/protocol/muc/admin.ts'
import {buildRoomInvitation} from '../../../src/protocol/muc/invitation.ts'
import {destroyRoom} from '../../../src/protocol/muc/owner.ts'
import {parseRoomInfo} from '../../../src/protocol/muc/room-info.ts'
import {type Element, parseStanzaError} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const ROOM = 'coven@chat.shakespeare.lit'

/** A room that gives one answer to all requests. */
function roomThatAnswers(answer?: Element) {
  const sent: string[] = []
  const reply = async (payload: Element): Promise<Element | undefined> => {
    sent.push(String(payload))
    if (answer?.name === 'iq') throw parseStanzaError(answer)
    return answer
  }
  return {sent, iq: {get: reply, set: reply}}
}

const refusal = (type: string, condition: string): Element =>
  el`<iq type="error"><error type="${type}"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>`

describe('XEP-0045: administration of a room', () => {
  it('reads the member list (example 128)', async () => {
    const {iq, sent} = roomThatAnswers(el`
      <query xmlns="http://jabber.org/protocol/muc#admin">
        <item affiliation="member" jid="hag66@shakespeare.lit" nick="thirdwitch"/><item/>
      </query>`)
    assert.deepEqual(await getMembers(iq, ROOM, 'member'), [
      {jid: 'hag66@shakespeare.lit', affiliation: 'member', nick: 'thirdwitch', reason: null},
    ])
    assert.deepEqual(sent, [
      '<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="member"/></query>',
    ])
  })

  it('kicks an occupant (example 90), bans a user (example 109) and destroys a room (example 201)', async () => {
    const {iq, sent} = roomThatAnswers()
    await kick(iq, ROOM, 'pistol', 'Avaunt, you cullion!')
    const jid = 'earlofcambridge@shakespeare.lit'
    await setAffiliation(iq, ROOM, {affiliation: 'outcast', jid})
    await destroyRoom(iq, ROOM, {alternate: 'coven@chat.macbeth.lit', reason: 'Macbeth doth come.'})
    assert.deepEqual(sent, [
      '<query xmlns="http://jabber.org/protocol/muc#admin"><item nick="pistol" role="none"><reason>Avaunt, you cullion!</reason></item></query>',
      `<query xmlns="http://jabber.org/protocol/muc#admin"><item affiliation="outcast" jid="${jid}"/></query>`,
      '<query xmlns="http://jabber.org/protocol/muc#owner"><destroy jid="coven@chat.macbeth.lit"><reason>Macbeth doth come.</reason></destroy></query>',
    ])
  })

  it('explains refusals', async () => {
    const cases: [type: string, condition: string, code: string, exitCode: number][] = [
      ['auth', 'forbidden', 'not-room-admin', 77],
      ['cancel', 'not-allowed', 'not-room-admin', 77],
      ['cancel', 'conflict', 'last-owner', 77],
      ['cancel', 'item-not-found', 'no-occupant', 67],
      ['modify', 'not-acceptable', 'no-occupant', 67],
    ]
    for (const [type, condition, code, exitCode] of cases)
      await assert.rejects(kick(roomThatAnswers(refusal(type, condition)).iq, ROOM, 'pistol'), {
        code,
        exitCode,
      })
  })

  it('invites through the room (example 54)', () => {
    assert.equal(
      String(buildRoomInvitation(ROOM, 'hecate@shakespeare.lit', 'Hey Hecate')),
      `<message to="${ROOM}"><x xmlns="http://jabber.org/protocol/muc#user"><invite to="hecate@shakespeare.lit"><reason>Hey Hecate</reason></invite></x></message>`,
    )
  })
})

describe('XEP-0045: information about a room', () => {
  it('reads the properties and the form (examples 9 and 10)', () => {
    const info = parseRoomInfo(el`
      <query xmlns="http://jabber.org/protocol/disco#info">
        <identity category="conference" name="A Dark Cave" type="text"/>
        <feature var="http://jabber.org/protocol/muc"/><feature var="muc_passwordprotected"/>
        <feature var="muc_hidden"/><feature var="muc_temporary"/><feature var="muc_open"/>
        <feature var="muc_unmoderated"/><feature var="muc_nonanonymous"/>
        <x xmlns="jabber:x:data" type="result">
          <field var="FORM_TYPE" type="hidden"><value>http://jabber.org/protocol/muc#roominfo</value></field>
          <field var="muc#roominfo_description" label="Description"><value>The place!</value></field>
          <field var="muc#roominfo_contactjid"><value>crone1@shakespeare.lit</value></field>
          <field var="muc#roominfo_subject"/>
          <field var="muc#roominfo_occupants"><value>3</value></field>
        </x>
      </query>`)
    const {features, ...properties} = info
    assert.equal(features.length, 7)
    assert.deepEqual(properties, {
      name: 'A Dark Cave',
      description: 'The place!',
      subject: '',
      language: null,
      occupants: 3,
      persistent: false,
      public: false,
      membersOnly: false,
      moderated: false,
      passwordProtected: true,
      anonymity: 'nonanonymous',
      archived: false,
      contacts: ['crone1@shakespeare.lit'],
    })
  })

  it('reports what the room does not publish as null, also for a forged form', () => {
    const info = parseRoomInfo(el`
      <query xmlns="http://jabber.org/protocol/disco#info">
        <x xmlns="jabber:x:data" type="result">
          <field var="FORM_TYPE" type="hidden"><value>http://jabber.org/protocol/muc#roominfo</value></field>
          <field var="muc#roominfo_occupants"><value>-3</value></field>
        </x>
        <x xmlns="jabber:x:data"><field var="muc#roominfo_subject"><value>No room form</value></field></x>
      </query>`)
    assert.deepEqual(
      [info.occupants, info.subject, info.persistent, info.name],
      [null, null, null, null],
    )
  })
})
