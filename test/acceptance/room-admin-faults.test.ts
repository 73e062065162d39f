/** The room commands with services that refuse, do not answer, or forge. */
import assert from 'node:assert/strict'
import {readRequest, signInClient} from '../support/admit.ts'
import {answerInfo, error, muc, presence, ROOM, readId} from '../support/scripted-room.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const OWNER = "<query xmlns='http://jabber.org/protocol/muc#owner'>"
const CREATED = presence(
  `from='${ROOM}/alice'`,
  muc("<item affiliation='owner' role='moderator'/><status code='110'/><status code='201'/>"),
)

const result = (id: string, payload = '', from = ROOM): string =>
  `<iq type='result' id='${id}' from='${from}'>${payload}</iq>`
const refusal = (id: string, type: string, condition: string): string =>
  `<iq type='error' id='${id}' from='${ROOM}'>${error(type, condition)}</iq>`
const field = (name: string, value: string): string =>
  `<field var='muc#roomconfig_${name}' type='boolean'><value>${value}</value></field>`
const form = (...fields: string[]): string =>
  `${OWNER}<x xmlns='jabber:x:data' type='form'>${fields.join('')}</x></query>`
const FORM = form(field('persistentroom', '0'), field('membersonly', '0'), field('publicroom', '1'))

const INFO =
  "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/></query>"
const SERVICE = 'conference.localhost'

/** Runs the script up to the presence that joins the new room. */
async function upToCreation(peer: Peer): Promise<void> {
  await signInClient(peer)
  peer.write(refusal(await readRequest(peer), 'cancel', 'item-not-found'))
  peer.write(result(await readRequest(peer), INFO, SERVICE))
  await readId(peer, 'presence')
}

/** Runs the script up to the owner's first request to the new room. */
async function createOn(peer: Peer): Promise<string> {
  await upToCreation(peer)
  peer.write(CREATED)
  return readRequest(peer)
}

describe('faults of room services', () => {
  const {failure, run, startServer} = newScriptedSession()

  const startRoom = (script: (peer: Peer) => Promise<void>) =>
    startServer(async (peer) => {
      await signInClient(peer)
      await answerInfo(peer)
      await script(peer)
    })

  it('refuse a request of an owner: 77 for any condition', async () => {
    for (const condition of ['forbidden', 'not-allowed', 'not-authorized']) {
      const at = await startRoom(async (peer) => {
        peer.write(refusal(await readRequest(peer), 'cancel', condition))
      })
      assert.equal((await failure(77, `room destroy ${ROOM} --yes`, {at})).code, 'not-owner')
    }
  })

  it('do not answer: 124, and 74 if the request may have had an effect', async () => {
    const silent = await startRoom(async () => {})
    const {code} = await failure(74, `room destroy ${ROOM} --yes --timeout 2s`, {at: silent})
    assert.equal(code, 'unknown-outcome')
    const words = `room members ${ROOM} --timeout 2s`
    assert.equal((await failure(124, words, {at: silent})).code, 'timeout')
  })

  it('an answer from another address does not count', async () => {
    const at = await startRoom(async (peer) => {
      const id = await readRequest(peer)
      peer.write(result(id, '', 'mallory@localhost'))
      peer.write(refusal(id, 'auth', 'forbidden'))
    })
    assert.equal((await failure(77, `room destroy ${ROOM} --yes`, {at})).code, 'not-owner')
  })

  it('refuse the configuration of a new room: the room is removed again', async () => {
    const at = await startServer(async (peer) => {
      peer.write(result(await createOn(peer), FORM))
      peer.write(refusal(await readRequest(peer), 'modify', 'not-acceptable'))
      peer.write(result(await readRequest(peer)))
    })
    const {code, message} = await failure(65, `room create ${ROOM}`, {at})
    assert.equal(code, 'config-refused')
    assert.match(message, /; the new room was removed again$/)
    assert.match((await at.received())[0] ?? '', /<destroy\/>/)
  })

  it('refuse the configuration of a room that send creates: nothing is sent', async () => {
    const at = await startServer(async (peer) => {
      peer.write(result(await createOn(peer), FORM))
      peer.write(refusal(await readRequest(peer), 'modify', 'not-acceptable'))
    })
    const {code} = await failure(65, `send ${ROOM} hi --room --create`, {at})
    assert.equal(code, 'config-refused')
    assert.doesNotMatch((await at.received())[0] ?? '', /<body/)
  })

  it('lose the connection while a new room is configured: 74, and how to remove the room', async () => {
    const at = await startServer(async (peer) => {
      peer.write(result(await createOn(peer), FORM))
      await readRequest(peer)
      peer.reset()
    })
    const {code, stdout} = await failure(74, `room create ${ROOM}`, {at})
    assert.equal(code, 'unknown-outcome')
    assert.match(stdout, /To remove it: xmpp room destroy tea@conference\.localhost"/)
  })

  it('have no field that a preset requires: nothing is submitted', async () => {
    const at = await startServer(async (peer) => {
      peer.write(result(await createOn(peer), form(field('persistentroom', '0'))))
      peer.write(result(await readRequest(peer)))
    })
    const {code} = await failure(69, `room create ${ROOM} --preset private`, {at})
    assert.equal(code, 'preset-unsupported')
    assert.doesNotMatch((await at.received())[0] ?? '', /type="submit"/)
  })

  it('accept the configuration and do not apply it: the room is removed again', async () => {
    const at = await startServer(async (peer) => {
      peer.write(result(await createOn(peer), FORM))
      peer.write(result(await readRequest(peer)))
      const features = ['muc_persistent', 'muc_open', 'muc_hidden']
        .map((feature) => `<feature var='${feature}'/>`)
        .join('')
      peer.write(result(await readRequest(peer), INFO.replace('</query>', `${features}</query>`)))
      peer.write(result(await readRequest(peer)))
    })
    const {code, message} = await failure(69, `room create ${ROOM} --preset private`, {at})
    assert.equal(code, 'config-ignored')
    assert.match(message, /muc#roomconfig_membersonly; the new room was removed again$/)
  })

  it('created the room for another user meanwhile: 73, and the room is left alone', async () => {
    const at = await startServer(async (peer) => {
      await upToCreation(peer)
      peer.write(
        presence(
          `from='${ROOM}/alice'`,
          muc("<item affiliation='none' role='participant'/><status code='110'/>"),
        ),
      )
    })
    assert.equal((await failure(73, `room create ${ROOM}`, {at})).code, 'room-exists')
    assert.doesNotMatch((await at.received())[0] ?? '', /<destroy/)
  })

  it('list rooms in pages, and repeat one: the list ends', async () => {
    const page = (name: string): string =>
      `<query xmlns='http://jabber.org/protocol/disco#items'><item jid='${name}@conference.localhost'/><set xmlns='http://jabber.org/protocol/rsm'><last>${name}</last></set></query>`
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      peer.write(result(await readRequest(peer), INFO, SERVICE))
      for (const name of ['a', 'b', 'b'])
        peer.write(result(await readRequest(peer), page(name), SERVICE))
    })
    const {status, stdout} = await run(`room list ${SERVICE}`, {at})
    assert.deepEqual([status, stdout], [0, 'a@conference.localhost\t\nb@conference.localhost\t\n'])
  })
})
