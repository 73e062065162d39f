import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import type {OutgoingPresence} from '../../../src/protocol/presence/presence.ts'
import {presenceSender} from '../../../src/protocol/presence/send-presence.ts'
import type {Element, StanzaChannel} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const ROOM = 'tea@muc.example'
const CONFERENCE = "<identity category='conference' type='text'/>"

/** A server on which these JIDs exist and have these identities. Any user can join the rooms. */
function server(identities: Record<string, string>) {
  const sent: string[] = []
  const arriving: Element[] = []
  let wake = (): void => {}
  const stanzas = {
    async get(payload: Element, to = '') {
      const identity = identities[to]
      const condition = 'item-not-found'
      if (identity === undefined) throw new Failure(condition, 'No', 67, {condition})
      return el`<query xmlns='${payload.getNS()}'>${identity}</query>`
    },
    async sendConfirmed(stanza: Element) {
      sent.push(String(stanza))
    },
    async send(stanza: Element) {
      sent.push(String(stanza).replace(/ id="[^"]+"/, ''))
      arriving.push(el`
        <presence from='${stanza.attrs.to}'>
          <x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/></x>
        </presence>`)
      wake()
    },
    async *incoming() {
      for (;;) {
        const stanza = arriving.shift()
        if (stanza) yield stanza
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  } as unknown as StanzaChannel
  const send = async (presence: OutgoingPresence): Promise<string[]> => {
    await presenceSender(stanzas, presence)()
    return sent
  }
  return {send}
}

describe('sending a presence', () => {
  it('sends one stanza, to all subscribers or to one JID', async () => {
    assert.deepEqual(await server({}).send({show: 'away', priority: -1}), [
      '<presence><show>away</show><priority>-1</priority></presence>',
    ])
    const person = server({'romeo@example.net': "<identity category='account' type='registered'/>"})
    assert.deepEqual(await person.send({to: 'romeo@example.net/orchard'}), [
      '<presence to="romeo@example.net/orchard"/>',
    ])
  })

  it('becomes available with priority -1 before it sends an unavailable presence', async () => {
    assert.deepEqual(await server({}).send({show: 'offline', status: 'bye', priority: 5}), [
      '<presence><priority>-1</priority></presence>',
      '<presence type="unavailable"><status>bye</status></presence>',
    ])
  })

  it('joins a room first, without history', async () => {
    const sent = await server({[ROOM]: CONFERENCE}).send({to: `${ROOM}/bot`, show: 'dnd'})
    assert.deepEqual(sent, [
      String(el`
        <presence to="${ROOM}/bot">
          <x xmlns="http://jabber.org/protocol/muc"><history maxstanzas="0"/></x>
        </presence>`),
      `<presence to="${ROOM}/bot"><show>dnd</show></presence>`,
    ])
  })

  it('does not create a room (67), and needs a nickname in a room', async () => {
    const service = server({'muc.example': CONFERENCE})
    await assert.rejects(
      service.send({to: `${ROOM}/bot`}),
      ({exitCode}: Failure) => exitCode === 67,
    )
    const room = server({[ROOM]: CONFERENCE})
    await assert.rejects(room.send({to: ROOM}), ({code}: Failure) => code === 'no-nick')
  })
})
