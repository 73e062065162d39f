/** Messages with uploaded files: one session uploads the files and sends the messages. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {bounce, NS_SASL, offer} from '../support/admit.ts'
import {type HttpExchange, type HttpsService, startHttpsService} from '../support/https-service.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {Peer} from '../support/scripted-server.ts'
import {authority, newScriptedSession} from '../support/scripted-session.ts'
import {
  NS_UPLOAD,
  serveUploads as serve,
  slotAt,
  type UploadScript,
} from '../support/upload-script.ts'

const pair = authority.issue({domains: ['localhost']})

describe('faults of messages with files', () => {
  const {closeAfterEach, run, startServer} = newScriptedSession()
  let dir: string
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'attach-'))
    writeFileSync(path.join(dir, 'note.txt'), 'good morning')
  })
  afterEach(() => rmSync(dir, {recursive: true}))

  const web = async (answer?: (exchange: HttpExchange) => boolean | Promise<boolean>) =>
    closeAfterEach(await startHttpsService(pair, answer))
  const withLocalFile = (words: string): string =>
    words.replaceAll('note.txt', path.join(dir, 'note.txt'))
  const slots = ({url}: HttpsService): UploadScript => ({
    slot: (serial) => slotAt(url(`${serial}/note`)),
  })
  const start = (script: UploadScript) => startServer((peer) => serve(peer, script))
  const positions = (text: string | undefined, ...parts: string[]): number[] =>
    parts.map((part) => text?.indexOf(part) ?? -1)
  const messagesIn = (text: string | undefined): number => (text?.split('<message').length ?? 1) - 1

  it('one session uploads the files and sends all messages', async () => {
    const service = await web()
    const at = await start(slots(service))
    const words = 'send bob@localhost text --attach note.txt --attach note.txt'
    assert.equal((await run(withLocalFile(words), {at})).status, 0)
    assert.deepEqual((await at.received()).map(messagesIn), [3])
  })

  it('the connection is cut during the transfer: another session sends the messages', async () => {
    const service = await web(async ({request}) => {
      if (request.method === 'PUT' && at.connections === 1) {
        at.cut('reset')
        await isBack
      }
      return false
    })
    let signedIn = (): void => {}
    const isBack = new Promise<void>((resolve) => {
      signedIn = resolve
    })
    const script = slots(service)
    const at = await startServer((peer) => {
      if (at.connections === 2) signedIn()
      return serve(peer, script)
    })
    const words = 'send bob@localhost text --attach note.txt --json'
    const {status, stderr, stdout} = await run(withLocalFile(words), {at})
    assert.equal(status, 0, stderr)
    assert.equal(JSON.parse(stdout).messages.length, 2)
    assert.deepEqual(service.requests, ['PUT /1/note'])
    const received = await at.received()
    assert.deepEqual(received.map(messagesIn), [0, 2])
  })

  it('the next connection is lost during its sign-in: a third one has the requests of the second', async () => {
    const service = await web()
    const {slot} = slots(service)
    let first: Peer | undefined
    const cutAtSecond: UploadScript = {
      slot: (serial) => {
        if (serial === 2) first?.reset()
        return slot(serial)
      },
    }
    const at = await startServer(async (peer) => {
      first ??= peer
      if (at.connections !== 2) return serve(peer, cutAtSecond)
      await peer.open(offer('PLAIN'))
      await peer.read('</auth>')
      peer.write(`<success xmlns='${NS_SASL}'/>`)
      await peer.open("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>")
      await peer.read(`<request xmlns="${NS_UPLOAD}"`) // in one flight with the request to bind
      peer.reset()
    })
    const words = 'send bob@localhost text --attach note.txt --attach note.txt --timeout 20s --json'
    const {status, stderr, stdout} = await run(withLocalFile(words), {at})
    assert.equal(status, 0, stderr)
    assert.equal(JSON.parse(stdout).messages.length, 3)
    assert.deepEqual(service.requests, ['PUT /1/note', 'PUT /3/note'])
    assert.deepEqual((await at.received()).map(messagesIn), [0, 0, 3])
  })

  it('the connection is cut after the messages: 74, and nothing is sent or uploaded again', async () => {
    const service = await web()
    let peer: Peer | undefined
    const message = (): string => {
      peer?.reset()
      return ''
    }
    const at = await startServer((accepted) => {
      peer = accepted
      return serve(accepted, {...slots(service), message})
    })
    const words = 'send bob@localhost text --attach note.txt --retry 2 --json'
    const {status, stdout} = await run(withLocalFile(words), {at})
    const {messages} = JSON.parse(stdout)
    assertMatchesSchema({messages}, 'send')
    const states = messages.map(({state}: {state: string}) => state)
    assert.deepEqual([status, states], [74, ['unknown', 'unknown']])
    assert.deepEqual(service.requests, ['PUT /1/note'])
    assert.equal((await at.received()).length, 1)
  })

  it('a message is refused for now: --retry sends it again, and uploads nothing again', async () => {
    const service = await web()
    let refusals = 1
    const message = (id: string): string =>
      refusals-- > 0 ? bounce({id}, ['wait', 'resource-constraint']) : ''
    const at = await start({...slots(service), message})
    const words = 'send bob@localhost text --attach note.txt --retry 1 --json'
    const {status, stderr, stdout} = await run(withLocalFile(words), {at})
    assert.equal(status, 0, stderr)
    assert.equal(JSON.parse(stdout).messages.length, 2)
    assert.deepEqual(service.requests, ['PUT /1/note'])
    assert.deepEqual((await at.received()).map(messagesIn), [2, 1])
  })

  it('a file that is not uploaded, and nothing is sent', async () => {
    const service = await web(({request, response}) => {
      if (!request.url?.startsWith('/2/')) return false
      response.writeHead(403).end()
      return true
    })
    const at = await startServer((peer) => serve(peer, slots(service)))
    const words = 'send bob@localhost text --attach note.txt --attach note.txt --json'
    const {status, stdout} = await run(withLocalFile(words), {at})
    assert.deepEqual([status, JSON.parse(stdout).error.code], [77, 'forbidden'])
    assert.ok(!(await at.received()).join('').includes('<message'))
  })

  it('contradictions are 2 before connecting', async () => {
    const at = {uri: 'xmpps://127.0.0.1:1'}
    for (const words of [
      '--attach - -',
      '--attach note.txt --oob https://a',
      '--attach a --dry-run',
    ])
      assert.equal((await run(`send bob@localhost ${words}`, {at, input: 'text'})).status, 2, words)
    assert.equal((await run('send bob@localhost text --attach missing', {at})).status, 66)
    assert.equal((await run(withLocalFile('send bob@@ --attach note.txt'), {at})).status, 65)
  })

  it('run: one session sends the result, uploads the output and sends its address', async () => {
    const service = await web()
    const at = await start(slots(service))
    const words = 'run bob@localhost --attach-output --require-delivery -- echo hello'
    const {status, stderr} = await run(words, {at})
    assert.deepEqual([status, stderr], [0, ''])
    assert.deepEqual([...service.stored.values()].map(String), ['hello\n'])
    const [text, ...more] = await at.received()
    assert.deepEqual(more, [])
    const order = positions(text, '<body>', '<request', 'jabber:x:oob')
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    )
    assert.ok(!order.includes(-1))
  })

  it('run: the result is sent, and the upload that fails is reported', async () => {
    const forbidden = `<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
    const at = await startServer((peer) => serve(peer, {slot: () => forbidden}))
    const {status, stderr, stdout} = await run(
      'run bob@localhost --attach-output --require-delivery -- echo hello',
      {at},
    )
    assert.deepEqual([status, stdout], [77, 'hello\n'])
    assert.match(stderr, /^xmpp: output\.txt: This account is not allowed to do this/)
    const sent = (await at.received()).join('')
    assert.match(sent, /<body>.*succeeded/)
    assert.ok(!sent.includes('jabber:x:oob'))
  })

  it('run: the exit is not delayed beyond --timeout', async () => {
    const service = await web(({request}) => {
      request.resume()
      return true // never answered
    })
    const at = await startServer((peer) => serve(peer, slots(service)))
    const {status, stderr} = await run(
      'run bob@localhost --attach-output --timeout 2s -- sh -c "echo hello; exit 5"',
      {at},
    )
    assert.equal(status, 5)
    assert.match(stderr, /^xmpp: output\.txt: No answer came within/)
  })
})
