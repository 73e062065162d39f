/** Services that refuse requests for information, are silent, or send other payloads. */
import assert from 'node:assert/strict'
import {NS_STANZA_ERRORS, signInClient} from '../support/admit.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'

interface Request {
  id: string
  /** The namespace of its payload. */
  namespace: string
}

const INFO = 'http://jabber.org/protocol/disco#info'
const VERSION = 'jabber:iq:version'

async function readIq(peer: Peer): Promise<Request> {
  const text = await peer.read(/<iq\b[^>]*><\w+ xmlns="[^"]+"/)
  const [, id = ''] = /<iq\b[^>]*\bid="([^"]+)"[^>]*><\w+ [^>]*$/.exec(text) ?? []
  const [, namespace = ''] = /<iq\b[^>]*><\w+ xmlns="([^"]+)"$/.exec(text) ?? []
  return {id, namespace}
}

const reply = (peer: Peer, {id}: Request, content: string, from = 'localhost'): void =>
  peer.write(`<iq type='result' id='${id}' from='${from}'>${content}</iq>`)

const refuse = (peer: Peer, {id}: Request, condition: string, type = 'cancel'): void =>
  peer.write(`<iq type='error' id='${id}' from='localhost'><error type='${type}'>
    <${condition} xmlns='${NS_STANZA_ERRORS}'/></error></iq>`)

const info = (content = ''): string => `<query xmlns='${INFO}'>${content}</query>`

describe('faults of requests for information', () => {
  const {failure, run, startServer} = newScriptedSession()

  /** Calls `answer` for each request. */
  const startService = (answer: (peer: Peer, request: Request) => void, requests = 5) =>
    startServer(async (peer) => {
      await signInClient(peer)
      for (let i = 0; i < requests; i++) answer(peer, await readIq(peer))
    })

  it('all requests leave in one write, and refused ones are listed', async () => {
    const seen: string[] = []
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      const requests: Request[] = []
      while (requests.length < 5) requests.push(await readIq(peer)) // no answer before the last one
      for (const request of requests) {
        seen.push(request.namespace)
        if (request.namespace === INFO) reply(peer, request, info("<feature var='a'/>"))
        else refuse(peer, request, 'service-unavailable')
      }
    })
    const {status, stderr, stdout} = await run('info --json', {at})
    assert.deepEqual([status, stderr, new Set(seen).size], [0, '', 5])
    const result = JSON.parse(stdout)
    assertMatchesSchema(result, 'info')
    assert.deepEqual(result.features, ['a'])
    assert.deepEqual(
      result.errors.map(({request}: {request: string}) => request),
      ['items', 'version', 'time', 'last'],
    )
    assert.match(result.errors[1].error.message, /software version \(XEP-0092\)/)
  })

  it('a refused service discovery ends the run with the status of its condition', async () => {
    const refusing = await startService((peer, request) =>
      refuse(peer, request, 'forbidden', 'auth'),
    )
    assert.equal((await failure(77, 'info', {at: refusing})).code, 'forbidden')
    const without = await startService((peer, request) =>
      refuse(peer, request, 'feature-not-implemented'),
    )
    assert.match((await failure(69, 'info', {at: without})).message, /\(XEP-0030\)/)
  })

  it('an entity that leaves some requests unanswered: they time out, the rest is shown', async () => {
    const at = await startService((peer, request) => {
      if (request.namespace === INFO) reply(peer, request, info())
      if (request.namespace === VERSION)
        reply(peer, request, `<query xmlns='${VERSION}'><name>x\u202e</name></query>`)
    })
    const {status, stdout} = await run('info', {at})
    assert.equal(status, 0)
    assert.match(stdout, /^version\tx\\u\{202e\}\t$/m)
    assert.match(stdout, /^error\ttime\tNo answer came within 5 s$/m)
  })

  it('silence: 124', async () => {
    const at = await startService(() => {})
    const silence = ['info', 'version get', 'disco items'].map(async (words) =>
      assert.equal((await failure(124, `${words} --timeout 2s`, {at})).code, 'timeout'),
    )
    await Promise.all(silence)
  })

  it('a connection that is cut: 75, because a request has no effect', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await readIq(peer)
      peer.reset()
    })
    assert.equal((await failure(75, 'time get', {at})).code, 'connection-lost')
  })

  it('an answer from another address does not count', async () => {
    const answer = (name: string): string =>
      `<query xmlns='${VERSION}'><name>${name}</name></query>`
    const at = await startService((peer, request) => {
      reply(peer, request, answer('Forged'), 'mallory@localhost/x')
      reply(peer, request, answer('Genuine'))
    }, 1)
    const {status, stdout} = await run('version get', {at})
    assert.deepEqual([status, stdout], [0, 'Genuine\n'])
  })

  it('an answer that is too large: 76', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      reply(peer, await readIq(peer), info(`<feature var='${'x'.repeat(17_000_000)}'/>`))
      await readUntilClosed(peer)
    })
    await failure(76, 'disco features', {at})
  })

  it('answers without the payload, with another one, or with forms that are malformed', async () => {
    for (const answer of ['', `<query xmlns='${VERSION}'/>`]) {
      const at = await startService((peer, request) => reply(peer, request, answer), 1)
      for (const words of ['disco info', 'time get', 'last get'])
        assert.equal((await failure(76, words, {at})).code, 'malformed-answer')
    }
    const form = "<x xmlns='jabber:x:data'><field/><field var='a'><value/></field><reported/></x>"
    const at = await startService((peer, request) => reply(peer, request, info(form)), 1)
    const {status, stdout} = await run('disco info --json', {at})
    assert.equal(status, 0)
    assertMatchesSchema(JSON.parse(stdout), 'disco-info')
  })

  it('bad arguments do not connect', async () => {
    const at = {uri: 'xmpp://127.0.0.1:1'}
    for (const words of ['info @x', 'version get a@', 'time get @', 'last get @', 'disco info @'])
      assert.equal((await failure(65, words, {at})).code, 'malformed-jid', words)
    for (const words of ['info --resource x', 'info a@b/c --resource x', 'info b --resource all'])
      assert.equal((await failure(2, words, {at})).code, 'usage', words)
  })
})
