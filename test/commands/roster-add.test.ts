import assert from 'node:assert/strict'
import {answer, readRequest, signInClient} from '../support/admit.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

describe('roster add', () => {
  const {failure, startServer} = newScriptedSession()

  it('reports that the contact was added if the subscription request failed', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      answer(peer, await readRequest(peer)) // an empty roster
      answer(peer, await readRequest(peer))
      const [, id] = /\bid="([^"]+)"/.exec(await peer.read(/<presence\b[^>]*>/)) ?? []
      peer.write(`<presence type='error' id='${id}' from='bob@example.com'><error type='cancel'>
        <remote-server-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>`)
      answer(peer, await readRequest(peer))
    })
    const {message} = await failure(68, 'roster add bob@example.com', {at})
    assert.match(message, /^The contact is in the roster, but no subscription was requested: /)
  })
})
