/** IQ requests that are refused, not answered, or answered with other payloads. */
import assert from 'node:assert/strict'
import {answer, NS_STANZA_ERRORS, readRequest, signInClient} from '../support/admit.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'

const GET = `iq get '<query xmlns="urn:example"/>' --to localhost`
const SET = `iq set '<query xmlns="urn:example"/>' --to localhost`

describe('faults of iq', () => {
  const {failure, run, startServer} = newScriptedSession()

  const startService = (script: (peer: Peer, id: string) => unknown) =>
    startServer(async (peer) => {
      await signInClient(peer)
      await script(peer, await readRequest(peer))
    })

  it('an error reply: its element, and the exit status of its condition', async () => {
    const at = await startService((peer, id) =>
      peer.write(`<iq type='error' id='${id}' from='localhost'><error type='auth'>
        <forbidden xmlns='${NS_STANZA_ERRORS}'/><why xmlns='urn:example'>Full\u202e</why></error></iq>`),
    )
    const {status, stderr, stdout} = await run(`${GET} --json`, {at})
    const result = JSON.parse(stdout)
    assertMatchesSchema(result, 'iq')
    assert.equal(status, 77)
    assert.deepEqual([result.type, result.from], ['error', 'localhost'])
    assert.match(result.xml, /^<error .*<why xmlns="urn:example">Full\u202e<\/why><\/error>$/s)
    assert.equal(result.error.code, 'forbidden')
    assert.equal(stderr, `xmpp: ${result.error.message}\n`)
  })

  it('silence: 124 for get, 74 for set', async () => {
    const at = await startService(() => {})
    assert.equal((await failure(124, `${GET} --timeout 2s`, {at})).code, 'timeout')
    assert.equal((await failure(74, `${SET} --timeout 2s`, {at})).code, 'unknown-outcome')
  })

  it('a connection that is cut: 75 for get, 74 for set', async () => {
    const at = await startService((peer) => peer.reset())
    assert.equal((await failure(75, GET, {at})).code, 'connection-lost')
    assert.equal((await failure(74, SET, {at})).code, 'unknown-outcome')
  })

  it('an answer from another address does not count', async () => {
    const at = await startService((peer, id) => {
      peer.write(`<iq type='result' id='${id}' from='mallory@localhost/x'><a xmlns='urn:a'/></iq>`)
      peer.write(`<iq type='result' id='${id}' from='localhost'><b xmlns='urn:b'/></iq>`)
    })
    const {status, stdout} = await run(GET, {at})
    assert.deepEqual([status, stdout], [0, '<b xmlns="urn:b"/>\n'])
  })

  it('an answer without a payload prints nothing', async () => {
    const at = await startService((peer, id) => answer(peer, id))
    const {status, stdout} = await run(SET.replace(' --to localhost', ''), {at})
    assert.deepEqual([status, stdout], [0, ''])
  })

  it('an answer that is too large: 76 for get, 74 for set', async () => {
    const at = await startService(async (peer, id) => {
      const payload = `<a xmlns='urn:a'>${'x'.repeat(17_000_000)}</a>`
      peer.write(`<iq type='result' id='${id}' from='localhost'>${payload}</iq>`)
      await readUntilClosed(peer)
    })
    await failure(76, GET, {at})
    await failure(74, SET, {at})
  })

  it('invalid payloads and addresses do not connect', async () => {
    const at = {uri: 'xmpp://127.0.0.1:1'}
    for (const input of [
      '',
      'text',
      '<a xmlns="urn:a"/><b/>',
      '<a/>',
      '<a xmlns="urn:a">',
      '<!--x-->',
    ])
      assert.equal((await failure(65, 'iq get', {at, input})).code, 'bad-payload', input)
    assert.equal((await failure(65, `${GET}@`, {at})).code, 'malformed-jid')
    await failure(2, `${GET} --no-such-flag`, {at})
  })
})
