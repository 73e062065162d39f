/** Bookmarks on servers that store none, or that are lost while they store one. */
import assert from 'node:assert/strict'
import {answer, bounce, signInClient} from '../support/admit.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const FEATURE = 'http://jabber.org/protocol/pubsub#publish-options'
const ADD = 'bookmark add tea@conference.localhost'

/** Describes the account with these features, has no items and no private storage, and passes on each change. */
async function serve(
  peer: Peer,
  features: string[],
  change: (peer: Peer, id: string) => void,
): Promise<void> {
  await signInClient(peer)
  for (;;) {
    const words = await peer.read(/<iq\b[^>]*>.*?<\/iq>|<\/stream:stream>/s)
    if (words.endsWith('</stream:stream>')) return
    const request = words.slice(words.lastIndexOf('<iq'))
    const [, id = ''] = /\bid="([^"]+)"/.exec(request) ?? []
    const from = 'alice@localhost'
    if (request.includes('disco#info'))
      peer.write(`<iq type='result' id='${id}'><query xmlns='http://jabber.org/protocol/disco#info'>
        ${features.map((name) => `<feature var='${name}'/>`).join('')}</query></iq>`)
    else if (request.includes('<items'))
      peer.write(bounce({id, name: 'iq', from}, ['cancel', 'item-not-found']))
    else if (request.includes('jabber:iq:private'))
      peer.write(bounce({id, name: 'iq', from}, ['cancel', 'service-unavailable']))
    else if (request.includes('type="set"')) change(peer, id)
    else answer(peer, id)
  }
}

describe('faults of bookmarks', () => {
  const {failure, run, startServer} = newScriptedSession()
  const start = (features: string[], change: (peer: Peer, id: string) => void = answer) =>
    startServer((peer) => serve(peer, features, change))

  it('a server without publish options and without private storage: 69, and nothing is stored', async () => {
    for (const words of [ADD, 'bookmark list', 'bookmark remove tea@conference.localhost']) {
      const at = await start([])
      const {code, message} = await failure(69, words, {at})
      assert.deepEqual([code, message], ['unsupported', 'The server stores no bookmarks'])
      assert.doesNotMatch((await at.received()).join(''), /<publish|type="set"><query/)
    }
  })

  it('a connection that is lost while a bookmark is stored: 74', async () => {
    const at = await start([FEATURE], (peer) => peer.reset())
    assert.equal((await failure(74, ADD, {at})).code, 'unknown-outcome')
  })

  it('a server that refuses the item: its error, and no second attempt', async () => {
    const at = await start([FEATURE], (peer, id) =>
      peer.write(bounce({id, name: 'iq', from: 'alice@localhost'}, ['auth', 'forbidden'])),
    )
    assert.equal((await failure(77, ADD, {at})).code, 'forbidden')
    assert.equal((await at.received()).join('').match(/<publish /g)?.length, 1)
  })

  it('an autojoin of listen on such a server ends the run, because no room is known', async () => {
    const at = await start([])
    const {status, stderr} = await run('listen --bookmarks --timeout 5s', {at})
    assert.equal(status, 69)
    assert.match(stderr, /^xmpp: The server stores no bookmarks\n/)
  })
})
