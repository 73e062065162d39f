import assert from 'node:assert/strict'
import {Occupants} from '../../../src/protocol/muc/occupants.ts'
import {el} from '../../support/xml.ts'

const FROM = 'coven@chat.shakespeare.lit/firstwitch'

describe('occupants', () => {
  it('have an affiliation, and a JID if the room shows it, until they leave', () => {
    const occupants = new Occupants()
    occupants.handlePresence(el`
      <presence from="coven@chat.shakespeare.lit/firstwitch">
        <x xmlns="http://jabber.org/protocol/muc#user">
          <item affiliation="owner" role="moderator" jid="crone1@shakespeare.lit/desktop"/>
        </x>
        <occupant-id xmlns="urn:xmpp:occupant-id:0" id="dd72603d"/>
      </presence>`)
    assert.deepEqual(occupants.get(FROM), {
      affiliation: 'owner',
      jid: 'crone1@shakespeare.lit',
      occupantId: 'dd72603d',
    })
    occupants.handlePresence(el`<presence from="coven@chat.shakespeare.lit/firstwitch"/>`)
    assert.equal(occupants.get(FROM)?.affiliation, 'none')
    occupants.handlePresence(
      el`<presence from="coven@chat.shakespeare.lit/firstwitch" type="unavailable"/>`,
    )
    assert.equal(occupants.get(FROM), undefined)
  })
})
