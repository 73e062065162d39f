import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import type {OutgoingPresence} from '../../../src/protocol/presence/presence.ts'
import {presenceSender} from '../../../src/protocol/presence/send-presence.ts'
import type {Element, StanzaChannel} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const ROOM = 'tea@muc.example'
const CONFERENCE = "<identity category='conference' type='text'/>"

/** A server where these JIDs say who they are, and all others that they do not exist; rooms let everybody in. */
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
  const say = async (presence: OutgoingPresence): Promise<string[]> => {
    await presenceSender(stanzas, presence)()
    return sent
  }
  return {say}
}

describe('showing up', () => {
  it('is one presence, to all or to one', async () => {
    assert.deepEqual(await server({}).say({show: 'away', priority: -1}), [
      '<presence><show>away</show><priority>-1</priority></presence>',
    ])
    const person = server({'romeo@example.net': "<identity category='account' type='registered'/>"})
    assert.deepEqual(await person.say({to: 'romeo@example.net/orchard'}), [
      '<presence to="romeo@example.net/orchard"/>',
    ])
  })

  it('goes before a goodbye, which nobody would hear otherwise, and takes no message', async () => {
    assert.deepEqual(await server({}).say({show: 'offline', status: 'bye', priority: 5}), [
      '<presence><priority>-1</priority></presence>',
      '<presence type="unavailable"><status>bye</status></presence>',
    ])
  })

  it('enters a room first, without its past', async () => {
    const sent = await server({[ROOM]: CONFERENCE}).say({to: `${ROOM}/bot`, show: 'dnd'})
    assert.deepEqual(sent, [
      String(el`
        <presence to="${ROOM}/bot">
          <x xmlns="http://jabber.org/protocol/muc"><history maxstanzas="0"/></x>
        </presence>`),
      `<presence to="${ROOM}/bot"><show>dnd</show></presence>`,
    ])
  })

  it('makes no room, and needs a nickname in one', async () => {
    const service = server({'muc.example': CONFERENCE})
    await assert.rejects(service.say({to: `${ROOM}/bot`}), ({exitCode}: Failure) => exitCode === 67)
    const room = server({[ROOM]: CONFERENCE})
    await assert.rejects(room.say({to: ROOM}), ({code}: Failure) => code === 'no-nick')
  })
})
